# expects: shape:plan-title
# focus: <miniature>
# also: shape:label-japanese

DELETE WHERE {
  <miniature> rdfs:label ?value .
  ?evidence rdf:subject <miniature> ; rdf:predicate rdfs:label ; ?property ?object .
}
