# expects: shape:place-found
# focus: <miniature>
# value: <miniature/source/1/cell/2-4-2>

DELETE { <miniature/source/1/cell/2-4-2> kei:line ?value } WHERE { <miniature/source/1/cell/2-4-2> kei:line ?value }
