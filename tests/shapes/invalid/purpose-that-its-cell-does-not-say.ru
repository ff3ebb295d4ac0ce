# expects: shape:text-in-cell
# focus: <miniature>
# value: <miniature/evidence/4f7b42c8441200ab>

DELETE { <miniature/item/1-1-1> kei:purpose ?value . ?evidence rdf:object ?value }
INSERT { <miniature/item/1-1-1> kei:purpose "拠点を廃止します。"@ja . ?evidence rdf:object "拠点を廃止します。"@ja }
WHERE { <miniature/item/1-1-1> kei:purpose ?value . ?evidence rdf:subject <miniature/item/1-1-1> ; rdf:predicate kei:purpose ; rdf:object ?value }
