# expects: shape:contact-whole
# focus: <miniature>
# value: <miniature/contact>

DELETE WHERE {
  <miniature/contact> schema:address ?value .
  ?evidence rdf:subject <miniature/contact> ; rdf:predicate schema:address ; ?property ?object .
}
