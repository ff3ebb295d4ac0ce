# expects: shape:comment-clean
# focus: <miniature/discrepancy/target/1-1-1/事業者>

DELETE { <miniature/discrepancy/target/1-1-1/事業者> rdfs:comment ?text } INSERT { <miniature/discrepancy/target/1-1-1/事業者> rdfs:comment ""@en }
WHERE { <miniature/discrepancy/target/1-1-1/事業者> rdfs:comment ?text . FILTER (LANG(?text) = "en") }
