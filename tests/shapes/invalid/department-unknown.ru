# expects: shape:department-known
# focus: <miniature>
# value: <department/無名課>
# also: shape:name-in-cell

DELETE { <miniature/item/1-1-1> kei:department ?value . ?evidence rdf:object ?value }
INSERT { <miniature/item/1-1-1> kei:department <department/無名課> . ?evidence rdf:object <department/無名課> }
WHERE { <miniature/item/1-1-1> kei:department ?value . ?evidence rdf:subject <miniature/item/1-1-1> ; rdf:predicate kei:department ; rdf:object ?value }
