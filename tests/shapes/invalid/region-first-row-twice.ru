# expects: shape:region-first-row
# focus: <miniature/source/1/withheld/2-1-6>
# also: shape:region-named

INSERT DATA { <miniature/source/1/withheld/2-1-6> kei:firstRow 10 }
