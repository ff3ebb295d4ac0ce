# expects: shape:cell-column
# focus: <miniature/source/1/cell/2-4-2>

DELETE WHERE { <miniature/source/1/cell/2-4-2> kei:column ?value }
