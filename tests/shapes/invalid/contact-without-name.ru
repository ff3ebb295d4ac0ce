# expects: shape:contact-name
# focus: <miniature/contact>

DELETE WHERE {
  <miniature/contact> rdfs:label ?value .
  ?evidence rdf:subject <miniature/contact> ; rdf:predicate rdfs:label ; ?property ?object .
}
