# expects: shape:item-numbered-by-place
# focus: <miniature>
# value: <miniature/item/1-1-2>
# also: shape:text-in-cell

DELETE { <miniature/item/1-1-2> dcterms:identifier ?value . ?evidence rdf:object ?value }
INSERT { <miniature/item/1-1-2> dcterms:identifier "I-(1)-③" . ?evidence rdf:object "I-(1)-③" }
WHERE { <miniature/item/1-1-2> dcterms:identifier ?value . ?evidence rdf:subject <miniature/item/1-1-2> ; rdf:predicate dcterms:identifier ; rdf:object ?value } ;
DELETE { <miniature/item/1-1-2> kei:printedNumber ?value . ?evidence rdf:object ?value }
INSERT { <miniature/item/1-1-2> kei:printedNumber "I - (1) - ③" . ?evidence rdf:object "I - (1) - ③" }
WHERE { <miniature/item/1-1-2> kei:printedNumber ?value . ?evidence rdf:subject <miniature/item/1-1-2> ; rdf:predicate kei:printedNumber ; rdf:object ?value }
