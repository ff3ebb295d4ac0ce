# expects: shape:item-actor
# focus: <miniature>
# value: <miniature/item/1-1-1>
# also: shape:involves

DELETE WHERE {
  <miniature/item/1-1-1> kei:implementedBy ?value .
  ?evidence rdf:subject <miniature/item/1-1-1> ; rdf:predicate kei:implementedBy ; ?property ?object .
}
