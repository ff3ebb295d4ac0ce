# expects: shape:phase-known
# focus: <miniature/item/1-1-2/2008>
# also: shape:name-in-cell

DELETE { <miniature/item/1-1-2/2008> kei:phase ?value . ?evidence rdf:object ?value }
INSERT { <miniature/item/1-1-2/2008> kei:phase phase:準備 . ?evidence rdf:object phase:準備 }
WHERE { <miniature/item/1-1-2/2008> kei:phase ?value . ?evidence rdf:subject <miniature/item/1-1-2/2008> ; rdf:predicate kei:phase ; rdf:object ?value }
