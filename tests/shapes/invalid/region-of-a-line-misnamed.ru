# expects: shape:region-named
# focus: <miniature>
# value: <miniature/source/1/withheld/line-3>

DELETE { <miniature/source/1/withheld/line-3> kei:line 3 } INSERT { <miniature/source/1/withheld/line-3> kei:line 5 } WHERE { <miniature/source/1/withheld/line-3> kei:line 3 }
