# expects: shape:discrepancy-in-cells
# focus: <miniature>
# value: <miniature/discrepancy/target/1-1-1/事業者>
# also: shape:place-described

DELETE { <miniature/discrepancy/target/1-1-1/事業者> oa:hasTarget ?value } INSERT { <miniature/discrepancy/target/1-1-1/事業者> oa:hasTarget <miniature/item/1-1-1> } WHERE { <miniature/discrepancy/target/1-1-1/事業者> oa:hasTarget ?value }
