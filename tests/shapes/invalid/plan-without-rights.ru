# expects: shape:plan-rights
# focus: <miniature>

DELETE WHERE {
  <miniature> dcterms:rights ?value .
  ?evidence rdf:subject <miniature> ; rdf:predicate dcterms:rights ; ?property ?object .
}
