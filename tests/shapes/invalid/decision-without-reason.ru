# expects: shape:decision-reason
# focus: <miniature/decision/target/1-1-1/事業者>

DELETE WHERE { <miniature/evidence/d7439f437e03f956> ?property ?value } ;
DELETE WHERE { <miniature/evidence/1d5e0b13a4e6f20e> ?property ?value } ;
DELETE WHERE { <miniature/decision/target/1-1-1/事業者> kei:reason ?value }
