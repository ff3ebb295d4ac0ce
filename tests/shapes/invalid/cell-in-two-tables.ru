# expects: shape:cell-table
# focus: <miniature/source/1/cell/2-4-2>
# also: shape:cell-named

INSERT DATA { <miniature/source/1/cell/2-4-2> kei:table 3 }
