# expects: shape:kind-known
# focus: <miniature/discrepancy/target/1-1-1/事業者>
# also: shape:discrepancy-named

DELETE { <miniature/discrepancy/target/1-1-1/事業者> kei:kind ?value } INSERT { <miniature/discrepancy/target/1-1-1/事業者> kei:kind kind:misprint } WHERE { <miniature/discrepancy/target/1-1-1/事業者> kei:kind ?value }
