# expects: shape:target-known
# focus: <miniature/item/1-1-1>
# also: shape:involves
# also: shape:name-in-cell

DELETE { <miniature/item/1-1-1> kei:targets ?value . ?evidence rdf:object ?value }
INSERT { <miniature/item/1-1-1> kei:targets <party/無名の会> . ?evidence rdf:object <party/無名の会> }
WHERE { <miniature/item/1-1-1> kei:targets ?value . ?evidence rdf:subject <miniature/item/1-1-1> ; rdf:predicate kei:targets ; rdf:object ?value }
