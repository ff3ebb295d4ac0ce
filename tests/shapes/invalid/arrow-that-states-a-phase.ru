# expects: shape:arrow-states-no-phase
# focus: <miniature>
# value: <miniature/item/1-1-1/2009>

INSERT DATA { <miniature/evidence/0000000000000001> a kei:Evidence ;
  rdf:subject <miniature/item/1-1-1/2009> ; rdf:predicate kei:phase ; rdf:object phase:検討 ;
  kei:cell <miniature/source/1/cell/2-10-2> ; kei:position 1 } ;
INSERT DATA { <miniature/item/1-1-1/2009> kei:cell <miniature/source/1/cell/2-10-2> }
