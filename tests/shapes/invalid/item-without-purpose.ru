# expects: shape:item-purpose-given
# focus: <miniature>
# value: <miniature/item/1-1-1>

DELETE WHERE {
  <miniature/item/1-1-1> kei:purpose ?value .
  ?evidence rdf:subject <miniature/item/1-1-1> ; rdf:predicate kei:purpose ; ?property ?object .
}
