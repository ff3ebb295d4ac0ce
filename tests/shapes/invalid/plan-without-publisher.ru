# expects: shape:plan-publisher
# focus: <miniature>

DELETE WHERE {
  <miniature> dcterms:publisher ?value .
  ?evidence rdf:subject <miniature> ; rdf:predicate dcterms:publisher ; ?property ?object .
}
