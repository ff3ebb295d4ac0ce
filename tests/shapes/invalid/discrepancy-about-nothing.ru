# expects: shape:discrepancy-about
# focus: <miniature/discrepancy/target/1-1-1/事業者>

DELETE WHERE { <miniature/discrepancy/target/1-1-1/事業者> kei:about ?value }
