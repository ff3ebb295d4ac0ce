# expects: shape:decision-decides
# focus: <miniature/decision/target/1-1-1/事業者>
# also: shape:decision-named

INSERT DATA { <miniature/decision/target/1-1-1/事業者> kei:decides <miniature/discrepancy/unnamed-department/1-1-2/関係課> . <miniature/evidence/0123456789abcdef> a kei:Evidence ; rdf:subject <miniature/decision/target/1-1-1/事業者> ; rdf:predicate kei:decides ; rdf:object <miniature/discrepancy/unnamed-department/1-1-2/関係課> ; kei:position 1 ; kei:cell <miniature/source/3/line/2> }
