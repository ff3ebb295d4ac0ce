# expects: shape:involves
# focus: <miniature>
# value: <miniature/item/1-1-2>

DELETE { <miniature/item/1-1-2> kei:otherTarget ?value . ?evidence rdf:object ?value }
INSERT { <miniature/item/1-1-2> kei:otherTarget "教育機関"@ja . ?evidence rdf:object "教育機関"@ja }
WHERE { <miniature/item/1-1-2> kei:otherTarget ?value . ?evidence rdf:subject <miniature/item/1-1-2> ; rdf:predicate kei:otherTarget ; rdf:object ?value }
