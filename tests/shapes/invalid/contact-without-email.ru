# expects: shape:contact-whole
# focus: <miniature>
# value: <miniature/contact>

DELETE WHERE {
  <miniature/contact> schema:email ?value .
  ?evidence rdf:subject <miniature/contact> ; rdf:predicate schema:email ; ?property ?object .
}
