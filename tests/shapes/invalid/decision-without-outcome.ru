# expects: shape:decision-outcome
# focus: <miniature/decision/target/1-1-1/事業者>

DELETE WHERE { <miniature/evidence/5637e78c1aa5b1c5> ?property ?value } ;
DELETE WHERE { <miniature/decision/target/1-1-1/事業者> kei:outcome ?value }
