# expects: shape:section-whole
# focus: <miniature/measure/1-2>
# also: shape:is-part-of
# also: shape:item-named
# also: shape:item-numbered-by-place
# also: shape:item-positions

DELETE WHERE {
  <miniature/measure/1-2> kei:partOf ?value .
  ?evidence rdf:subject <miniature/measure/1-2> ; rdf:predicate kei:partOf ; ?property ?object .
}
