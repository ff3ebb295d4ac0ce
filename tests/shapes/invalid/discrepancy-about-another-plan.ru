# expects: shape:discrepancy-in-plan
# focus: <miniature>
# value: <miniature/discrepancy/target/1-1-1/事業者>

DELETE { <miniature/discrepancy/target/1-1-1/事業者> kei:about ?value } INSERT { <miniature/discrepancy/target/1-1-1/事業者> kei:about <giant/item/1-1-1> } WHERE { <miniature/discrepancy/target/1-1-1/事業者> kei:about ?value }
