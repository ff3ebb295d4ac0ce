# expects: shape:cell-line
# focus: <miniature/source/1/cell/2-4-2>

DELETE { <miniature/source/1/cell/2-4-2> kei:line ?value } INSERT { <miniature/source/1/cell/2-4-2> kei:line 0 } WHERE { <miniature/source/1/cell/2-4-2> kei:line ?value }
