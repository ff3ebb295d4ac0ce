# expects: shape:item-position
# focus: <miniature/item/1-1-2>
# also: shape:item-named
# also: shape:item-numbered-by-place

DELETE { <miniature/item/1-1-2> kei:position ?value . ?evidence rdf:object ?value }
INSERT { <miniature/item/1-1-2> kei:position 0 . ?evidence rdf:object 0 }
WHERE { <miniature/item/1-1-2> kei:position ?value . ?evidence rdf:subject <miniature/item/1-1-2> ; rdf:predicate kei:position ; rdf:object ?value }
