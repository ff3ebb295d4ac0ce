# expects: shape:section-position
# focus: <miniature/measure/1-2>

DELETE WHERE {
  <miniature/measure/1-2> kei:position ?value .
  ?evidence rdf:subject <miniature/measure/1-2> ; rdf:predicate kei:position ; ?property ?object .
}
