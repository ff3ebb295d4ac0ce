# expects: shape:entry-of-one-item
# focus: <miniature>
# value: <miniature/item/1-1-2/2009>
# also: shape:active-in

DELETE WHERE {
  <miniature/item/1-1-2> kei:schedule <miniature/item/1-1-2/2009> .
  ?evidence rdf:subject <miniature/item/1-1-2> ; rdf:predicate kei:schedule ; rdf:object <miniature/item/1-1-2/2009> ; ?property ?object .
}
