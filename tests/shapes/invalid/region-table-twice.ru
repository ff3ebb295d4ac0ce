# expects: shape:region-table
# focus: <miniature/source/1/withheld/2-1-6>
# also: shape:region-named

INSERT DATA { <miniature/source/1/withheld/2-1-6> kei:table 3 }
