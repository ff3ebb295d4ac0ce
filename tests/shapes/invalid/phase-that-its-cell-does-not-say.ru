# expects: shape:name-in-cell
# focus: <miniature>
# value: <miniature/evidence/7c5c9d83bc0dceac>

DELETE { <miniature/item/1-1-2/2008> kei:phase ?value . ?evidence rdf:object ?value }
INSERT { <miniature/item/1-1-2/2008> kei:phase phase:実施 . ?evidence rdf:object phase:実施 }
WHERE { <miniature/item/1-1-2/2008> kei:phase ?value . ?evidence rdf:subject <miniature/item/1-1-2/2008> ; rdf:predicate kei:phase ; rdf:object ?value }
