# expects: shape:item-printed-number-given
# focus: <miniature>
# value: <miniature/item/1-1-2>
# also: shape:number-or-place

DELETE WHERE {
  <miniature/item/1-1-2> kei:printedNumber ?value .
  ?evidence rdf:subject <miniature/item/1-1-2> ; rdf:predicate kei:printedNumber ; ?property ?object .
}
