# expects: shape:discrepancy-motivation
# focus: <miniature/discrepancy/target/1-1-1/事業者>

DELETE WHERE { <miniature/discrepancy/target/1-1-1/事業者> oa:motivatedBy ?value }
