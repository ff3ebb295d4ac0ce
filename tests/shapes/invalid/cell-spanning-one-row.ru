# expects: shape:cell-row-span
# focus: <miniature/source/1/cell/2-4-2>

INSERT DATA { <miniature/source/1/cell/2-4-2> kei:rowSpan 1 }
