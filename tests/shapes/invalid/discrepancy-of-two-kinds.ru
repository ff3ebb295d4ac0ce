# expects: shape:discrepancy-kind
# focus: <miniature/discrepancy/target/1-1-1/事業者>
# also: shape:discrepancy-named

INSERT DATA { <miniature/discrepancy/target/1-1-1/事業者> kei:kind kind:title }
