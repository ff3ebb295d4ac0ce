# expects: shape:heading-above
# focus: <miniature/overview/1-1>

DELETE WHERE {
  <miniature/overview/1-1> kei:listedUnder ?value .
  ?evidence rdf:subject <miniature/overview/1-1> ; rdf:predicate kei:listedUnder ; ?property ?object .
}
