# expects: shape:listed-number
# focus: <miniature/overview/1-1-2>

DELETE WHERE {
  <miniature/overview/1-1-2> kei:listedNumber ?value .
  ?evidence rdf:subject <miniature/overview/1-1-2> ; rdf:predicate kei:listedNumber ; ?property ?object .
}
