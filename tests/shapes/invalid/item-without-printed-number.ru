# expects: shape:item-printed-number
# focus: <miniature/item/1-1-2>

DELETE WHERE {
  <miniature/item/1-1-2> kei:printedNumber ?value .
  ?evidence rdf:subject <miniature/item/1-1-2> ; rdf:predicate kei:printedNumber ; ?property ?object .
}
