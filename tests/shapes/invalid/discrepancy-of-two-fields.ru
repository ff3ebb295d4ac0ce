# expects: shape:discrepancy-field
# focus: <miniature/discrepancy/target/1-1-1/事業者>

INSERT DATA { <miniature/discrepancy/target/1-1-1/事業者> kei:field kei:content }
