# expects: shape:decision-date
# focus: <miniature/decision/target/1-1-1/事業者>

DELETE { <miniature/evidence/5f7c1223c1e8674f> rdf:object ?value } INSERT { <miniature/evidence/5f7c1223c1e8674f> rdf:object "2026-11-20" } WHERE { <miniature/evidence/5f7c1223c1e8674f> rdf:object ?value } ;
DELETE { <miniature/decision/target/1-1-1/事業者> dcterms:date ?value } INSERT { <miniature/decision/target/1-1-1/事業者> dcterms:date "2026-11-20" } WHERE { <miniature/decision/target/1-1-1/事業者> dcterms:date ?value }
