# expects: shape:item-other-target-marked
# focus: <miniature>
# value: <miniature/item/1-1-2>
# also: shape:involves

DELETE WHERE {
  <miniature/item/1-1-2> kei:targets party:その他 .
  ?evidence rdf:subject <miniature/item/1-1-2> ; rdf:predicate kei:targets ; rdf:object party:その他 ; ?property ?object .
}
