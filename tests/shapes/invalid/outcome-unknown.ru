# expects: shape:outcome-known
# focus: <miniature/decision/target/1-1-1/事業者>
# also: shape:correction-complete

DELETE { <miniature/evidence/5637e78c1aa5b1c5> rdf:object ?value } INSERT { <miniature/evidence/5637e78c1aa5b1c5> rdf:object outcome:denied } WHERE { <miniature/evidence/5637e78c1aa5b1c5> rdf:object ?value } ;
DELETE { <miniature/decision/target/1-1-1/事業者> kei:outcome ?value } INSERT { <miniature/decision/target/1-1-1/事業者> kei:outcome outcome:denied } WHERE { <miniature/decision/target/1-1-1/事業者> kei:outcome ?value }
