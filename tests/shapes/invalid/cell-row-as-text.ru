# expects: shape:cell-row
# focus: <miniature/source/1/cell/2-4-2>

DELETE { <miniature/source/1/cell/2-4-2> kei:row ?value } INSERT { <miniature/source/1/cell/2-4-2> kei:row "4" } WHERE { <miniature/source/1/cell/2-4-2> kei:row ?value }
