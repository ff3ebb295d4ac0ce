# expects: shape:decision-named
# focus: <miniature>
# value: <miniature/decision/target/1-1-1/事業者>

DELETE { <miniature/evidence/56beafc291369dba> rdf:object ?value } INSERT { <miniature/evidence/56beafc291369dba> rdf:object <miniature/discrepancy/unnamed-department/1-1-2/関係課> } WHERE { <miniature/evidence/56beafc291369dba> rdf:object ?value } ;
DELETE { <miniature/decision/target/1-1-1/事業者> kei:decides ?value } INSERT { <miniature/decision/target/1-1-1/事業者> kei:decides <miniature/discrepancy/unnamed-department/1-1-2/関係課> } WHERE { <miniature/decision/target/1-1-1/事業者> kei:decides ?value }
