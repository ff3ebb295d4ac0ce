# expects: shape:region-named
# focus: <miniature>
# value: <miniature/source/1/withheld/2-1-6>

DELETE { <miniature/source/1/withheld/2-1-6> kei:firstColumn 6 } INSERT { <miniature/source/1/withheld/2-1-6> kei:firstColumn 5 } WHERE { <miniature/source/1/withheld/2-1-6> kei:firstColumn 6 }
