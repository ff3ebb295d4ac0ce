# expects: shape:number-as-printed
# focus: <miniature>
# value: <miniature/item/1-1-2>
# also: shape:text-in-cell

DELETE { <miniature/item/1-1-2> kei:printedNumber ?value . ?evidence rdf:object ?value }
INSERT { <miniature/item/1-1-2> kei:printedNumber "Ⅱ - （１） - ②" . ?evidence rdf:object "Ⅱ - （１） - ②" }
WHERE { <miniature/item/1-1-2> kei:printedNumber ?value . ?evidence rdf:subject <miniature/item/1-1-2> ; rdf:predicate kei:printedNumber ; rdf:object ?value }
