# expects: shape:arrow-text
# focus: <miniature>
# value: <miniature/item/1-1-1/2009>
# also: shape:text-in-cell

DELETE { <miniature/item/1-1-1/2009> kei:cellText ?value . ?evidence rdf:object ?value }
INSERT { <miniature/item/1-1-1/2009> kei:cellText "継続" . ?evidence rdf:object "継続" }
WHERE { <miniature/item/1-1-1/2009> kei:cellText ?value . ?evidence rdf:subject <miniature/item/1-1-1/2009> ; rdf:predicate kei:cellText ; rdf:object ?value }
