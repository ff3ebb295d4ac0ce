# expects: shape:item-target
# focus: <miniature>
# value: <miniature/item/1-1-1>
# also: shape:involves

DELETE WHERE {
  <miniature/item/1-1-1> kei:targets ?value .
  ?evidence rdf:subject <miniature/item/1-1-1> ; rdf:predicate kei:targets ; ?property ?object .
}
