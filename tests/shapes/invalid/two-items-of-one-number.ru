# expects: shape:number-unique
# focus: <miniature>
# value: <miniature/item/1-1-1>
# value: <miniature/item/1-1-2>
# also: shape:item-numbered-by-place
# also: shape:number-as-printed

DELETE { <miniature/item/1-1-2> dcterms:identifier ?value . ?evidence rdf:object ?value }
INSERT { <miniature/item/1-1-2> dcterms:identifier "I-(1)-①" . ?evidence rdf:object "I-(1)-①" }
WHERE { <miniature/item/1-1-2> dcterms:identifier ?value . ?evidence rdf:subject <miniature/item/1-1-2> ; rdf:predicate dcterms:identifier ; rdf:object ?value }
