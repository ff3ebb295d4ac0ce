# expects: shape:region-extent
# focus: <miniature>
# value: <miniature/source/1/withheld/2-1-6>

DELETE { <miniature/source/1/withheld/2-1-6> kei:lastColumn 7 } INSERT { <miniature/source/1/withheld/2-1-6> kei:lastColumn 5 } WHERE { <miniature/source/1/withheld/2-1-6> kei:lastColumn 7 }
