# expects: shape:discrepancy-named
# focus: <miniature>
# value: <miniature/discrepancy/target/1-1-1/事業者>

DELETE { <miniature/discrepancy/target/1-1-1/事業者> kei:kind ?value } INSERT { <miniature/discrepancy/target/1-1-1/事業者> kei:kind kind:title } WHERE { <miniature/discrepancy/target/1-1-1/事業者> kei:kind ?value }
