# expects: shape:plan-period
# focus: <miniature>

DELETE WHERE {
  <miniature> dcterms:temporal ?value .
  ?evidence rdf:subject <miniature> ; rdf:predicate dcterms:temporal ; ?property ?object .
}
