# expects: shape:name-in-cell
# focus: <miniature>
# value: <miniature/evidence/513c56da80dc2e00>

DELETE { <miniature/item/1-1-1> kei:department ?value . ?evidence rdf:object ?value }
INSERT { <miniature/item/1-1-1> kei:department <department/関係課> . ?evidence rdf:object <department/関係課> }
WHERE { <miniature/item/1-1-1> kei:department ?value . ?evidence rdf:subject <miniature/item/1-1-1> ; rdf:predicate kei:department ; rdf:object ?value }
