# expects: shape:item-content-given
# focus: <miniature>
# value: <miniature/item/1-1-1>

DELETE WHERE {
  <miniature/item/1-1-1> kei:content ?value .
  ?evidence rdf:subject <miniature/item/1-1-1> ; rdf:predicate kei:content ; ?property ?object .
}
