# expects: shape:item-department
# focus: <miniature>
# value: <miniature/item/1-1-1>

DELETE WHERE {
  <miniature/item/1-1-1> kei:department ?value .
  ?evidence rdf:subject <miniature/item/1-1-1> ; rdf:predicate kei:department ; ?property ?object .
}
