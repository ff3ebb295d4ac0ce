# expects: shape:plan-contact
# focus: <miniature>

DELETE WHERE {
  <miniature> schema:contactPoint ?value .
  ?evidence rdf:subject <miniature> ; rdf:predicate schema:contactPoint ; ?property ?object .
}
