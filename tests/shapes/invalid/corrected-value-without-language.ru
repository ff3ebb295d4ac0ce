# expects: shape:decision-value
# focus: <miniature/decision/target/1-1-1/事業者>

DELETE { <miniature/evidence/d576d765901c68a6> rdf:object ?value } INSERT { <miniature/evidence/d576d765901c68a6> rdf:object "■事業者" } WHERE { <miniature/evidence/d576d765901c68a6> rdf:object ?value } ;
DELETE { <miniature/decision/target/1-1-1/事業者> kei:correctedValue ?value } INSERT { <miniature/decision/target/1-1-1/事業者> kei:correctedValue "■事業者" } WHERE { <miniature/decision/target/1-1-1/事業者> kei:correctedValue ?value }
