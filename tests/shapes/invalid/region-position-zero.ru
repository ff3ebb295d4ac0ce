# expects: shape:region-position
# focus: <miniature/source/1/withheld/line-3>

DELETE { <miniature/source/1/withheld/line-3> kei:line 3 } INSERT { <miniature/source/1/withheld/line-3> kei:position 0 } WHERE { <miniature/source/1/withheld/line-3> kei:line 3 }
