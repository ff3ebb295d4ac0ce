# expects: shape:item-sections
# focus: <miniature>
# value: <miniature/item/1-1-1>

DELETE WHERE {
  <miniature/item/1-1-1> kei:inPolicy ?value .
  ?evidence rdf:subject <miniature/item/1-1-1> ; rdf:predicate kei:inPolicy ; ?property ?object .
} ;
DELETE DATA { <miniature/item/1-1-1> kei:partOf <miniature/policy/1> . <miniature/item/1-1-1> dcterms:isPartOf <miniature/policy/1> }
