# expects: shape:section-title
# focus: <miniature/measure/1-2>
# also: shape:label-japanese

DELETE WHERE {
  <miniature/measure/1-2> rdfs:label ?value .
  ?evidence rdf:subject <miniature/measure/1-2> ; rdf:predicate rdfs:label ; ?property ?object .
}
