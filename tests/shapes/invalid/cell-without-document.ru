# expects: shape:cell-document
# focus: <miniature/source/1/cell/2-4-2>
# also: shape:place-described

DELETE WHERE { <miniature/source/1/cell/2-4-2> kei:document ?value }
