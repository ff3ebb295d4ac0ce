# expects: shape:item-content
# focus: <miniature/item/1-1-1>

DELETE { <miniature/item/1-1-1> kei:content ?value . ?evidence rdf:object ?value }
INSERT { <miniature/item/1-1-1> kei:content "拠点を検討し、設置します。" . ?evidence rdf:object "拠点を検討し、設置します。" }
WHERE { <miniature/item/1-1-1> kei:content ?value . ?evidence rdf:subject <miniature/item/1-1-1> ; rdf:predicate kei:content ; rdf:object ?value }
