# expects: shape:cell-sheet
# focus: <miniature/source/1/cell/2-4-2>

INSERT DATA { <miniature/source/1/cell/2-4-2> kei:sheet "計画" , "個別" }
