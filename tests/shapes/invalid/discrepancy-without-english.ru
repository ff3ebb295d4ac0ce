# expects: shape:discrepancy-message
# focus: <miniature/discrepancy/target/1-1-1/事業者>

DELETE { <miniature/discrepancy/target/1-1-1/事業者> rdfs:comment ?text } WHERE { <miniature/discrepancy/target/1-1-1/事業者> rdfs:comment ?text . FILTER (LANG(?text) = "en") }
