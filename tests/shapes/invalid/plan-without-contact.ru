# expects: shape:plan-contact-given
# focus: <miniature>

DELETE WHERE {
  <miniature> schema:contactPoint ?value .
  ?evidence rdf:subject <miniature> ; rdf:predicate schema:contactPoint ; ?property ?object .
}
