# expects: shape:cell-column-span
# focus: <miniature/source/1/cell/2-4-2>

INSERT DATA { <miniature/source/1/cell/2-4-2> kei:columnSpan 1 }
