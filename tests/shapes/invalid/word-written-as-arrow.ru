# expects: shape:arrow-text
# focus: <miniature>
# value: <miniature/item/1-1-2/2008>
# also: shape:text-in-cell

DELETE { <miniature/item/1-1-2/2008> kei:cellText ?value . ?evidence rdf:object ?value }
INSERT { <miniature/item/1-1-2/2008> kei:cellText "→" . ?evidence rdf:object "→" }
WHERE { <miniature/item/1-1-2/2008> kei:cellText ?value . ?evidence rdf:subject <miniature/item/1-1-2/2008> ; rdf:predicate kei:cellText ; rdf:object ?value }
