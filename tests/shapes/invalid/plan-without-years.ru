# expects: shape:plan-year
# focus: <miniature>
# also: shape:entry-in-period
# also: shape:period-of-years

DELETE WHERE {
  <miniature> kei:planYear ?value .
  ?evidence rdf:subject <miniature> ; rdf:predicate kei:planYear ; ?property ?object .
}
