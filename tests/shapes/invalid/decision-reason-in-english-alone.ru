# expects: shape:decision-reason-japanese
# focus: <miniature>
# value: <miniature/decision/target/1-1-1/事業者>

DELETE WHERE { <miniature/evidence/d7439f437e03f956> ?property ?value } ;
DELETE { <miniature/decision/target/1-1-1/事業者> kei:reason ?value } WHERE { <miniature/decision/target/1-1-1/事業者> kei:reason ?value . FILTER (LANG(?value) = "ja") }
