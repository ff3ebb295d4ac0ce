# expects: shape:region-last-row
# focus: <miniature/source/1/withheld/2-1-6>

INSERT DATA { <miniature/source/1/withheld/2-1-6> kei:lastRow 12 }
