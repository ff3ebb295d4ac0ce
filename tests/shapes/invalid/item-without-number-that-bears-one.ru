# expects: shape:number-or-place
# focus: <miniature>
# value: <miniature/item/1-1-2>

INSERT DATA { <miniature> kei:mayLack kei:printedNumber ; kei:ownNumbers true ; kei:cell <miniature/source/2/line/5> .
  <miniature/evidence/00000000000000a1> a kei:Evidence ; rdf:subject <miniature> ; rdf:predicate kei:mayLack ; rdf:object kei:printedNumber ; kei:cell <miniature/source/2/line/5> ; kei:position 1 .
  <miniature/evidence/00000000000000a2> a kei:Evidence ; rdf:subject <miniature> ; rdf:predicate kei:ownNumbers ; rdf:object true ; kei:cell <miniature/source/2/line/5> ; kei:position 1 .
} ;
DELETE WHERE {
  <miniature/item/1-1-2> kei:printedNumber ?value .
  ?evidence rdf:subject <miniature/item/1-1-2> ; rdf:predicate kei:printedNumber ; ?property ?object .
}
