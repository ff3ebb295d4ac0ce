# expects: shape:row-heading
# focus: <miniature/overview/1-1-2>

DELETE WHERE {
  <miniature/overview/1-1-2> kei:listedUnder ?value .
  ?evidence rdf:subject <miniature/overview/1-1-2> ; rdf:predicate kei:listedUnder ; ?property ?object .
}
