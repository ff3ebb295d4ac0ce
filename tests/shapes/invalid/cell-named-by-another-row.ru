# expects: shape:cell-named
# focus: <miniature>
# value: <miniature/source/1/cell/2-4-2>

DELETE { <miniature/source/1/cell/2-4-2> kei:row ?value } INSERT { <miniature/source/1/cell/2-4-2> kei:row 5 } WHERE { <miniature/source/1/cell/2-4-2> kei:row ?value }
