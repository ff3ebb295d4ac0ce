# expects: shape:region-last-column
# focus: <miniature/source/1/withheld/2-1-6>

INSERT DATA { <miniature/source/1/withheld/2-1-6> kei:lastColumn 60 }
