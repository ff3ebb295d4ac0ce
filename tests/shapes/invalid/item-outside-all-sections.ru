# expects: shape:item-sections
# focus: <miniature>
# value: <miniature/item/1-1-1>
# also: shape:item-positions
# also: shape:item-named

DELETE WHERE {
  <miniature/item/1-1-1> kei:inPolicy ?value .
  ?evidence rdf:subject <miniature/item/1-1-1> ; rdf:predicate kei:inPolicy ; ?property ?object .
} ;
DELETE WHERE {
  <miniature/item/1-1-1> kei:inMeasure ?value .
  ?evidence rdf:subject <miniature/item/1-1-1> ; rdf:predicate kei:inMeasure ; ?property ?object .
} ;
DELETE DATA { <miniature/item/1-1-1> kei:partOf <miniature/policy/1> , <miniature/measure/1-1> . <miniature/item/1-1-1> dcterms:isPartOf <miniature/policy/1> , <miniature/measure/1-1> }
