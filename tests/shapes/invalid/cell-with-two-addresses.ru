# expects: shape:cell-address
# focus: <miniature/source/1/cell/2-4-2>

INSERT DATA { <miniature/source/1/cell/2-4-2> kei:address "計画!B3" , "計画!B4" }
