# expects: shape:discrepancy-field-known
# focus: <miniature>
# value: <miniature/discrepancy/target/1-1-1/事業者>

DELETE { <miniature/discrepancy/target/1-1-1/事業者> kei:field ?value } INSERT { <miniature/discrepancy/target/1-1-1/事業者> kei:field kei:colour } WHERE { <miniature/discrepancy/target/1-1-1/事業者> kei:field ?value }
