# expects: shape:item-schedule
# focus: <miniature/item/1-1-2>
# also: shape:active-in
# also: shape:entry-of-one-item

DELETE WHERE {
  <miniature/item/1-1-2> kei:schedule ?value .
  ?evidence rdf:subject <miniature/item/1-1-2> ; rdf:predicate kei:schedule ; ?property ?object .
}
