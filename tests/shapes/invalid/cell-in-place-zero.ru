# expects: shape:cell-order
# focus: <miniature/source/1/cell/2-4-2>

INSERT DATA { <miniature/source/1/cell/2-4-2> kei:position 0 }
