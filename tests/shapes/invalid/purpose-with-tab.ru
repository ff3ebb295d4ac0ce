# expects: shape:text-clean
# focus: <miniature>
# value: <miniature/item/1-1-1>
# also: shape:text-in-cell

DELETE { <miniature/item/1-1-1> kei:purpose ?value . ?evidence rdf:object ?value }
INSERT { <miniature/item/1-1-1> kei:purpose "拠点を\t設けます。"@ja . ?evidence rdf:object "拠点を\t設けます。"@ja }
WHERE { <miniature/item/1-1-1> kei:purpose ?value . ?evidence rdf:subject <miniature/item/1-1-1> ; rdf:predicate kei:purpose ; rdf:object ?value }
