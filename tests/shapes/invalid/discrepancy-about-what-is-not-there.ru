# expects: shape:discrepancy-in-plan
# focus: <miniature>
# value: <miniature/discrepancy/target/1-1-1/事業者>

DELETE { <miniature/discrepancy/target/1-1-1/事業者> kei:about ?value } INSERT { <miniature/discrepancy/target/1-1-1/事業者> kei:about <miniature/item/7-7-7> } WHERE { <miniature/discrepancy/target/1-1-1/事業者> kei:about ?value }
