# expects: shape:place-described
# focus: <miniature/source/1/cell/9-9-9>
# also: shape:discrepancy-in-cells
# also: shape:discrepancy-readings

INSERT DATA { <miniature/discrepancy/target/1-1-1/事業者> oa:hasTarget <miniature/source/1/cell/9-9-9> }
