# expects: shape:item-current-state-given
# focus: <miniature>
# value: <miniature/item/1-1-1>

DELETE WHERE {
  <miniature/item/1-1-1> kei:currentState ?value .
  ?evidence rdf:subject <miniature/item/1-1-1> ; rdf:predicate kei:currentState ; ?property ?object .
}
