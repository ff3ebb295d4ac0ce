# expects: shape:cell-page
# focus: <miniature/source/1/cell/2-4-2>

INSERT DATA { <miniature/source/1/cell/2-4-2> kei:page 0 }
