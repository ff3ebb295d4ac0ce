# expects: shape:listed-title
# focus: <miniature/overview/1-1-2>

DELETE WHERE {
  <miniature/overview/1-1-2> kei:listedTitle ?value .
  ?evidence rdf:subject <miniature/overview/1-1-2> ; rdf:predicate kei:listedTitle ; ?property ?object .
}
