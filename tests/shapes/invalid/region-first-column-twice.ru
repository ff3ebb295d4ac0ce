# expects: shape:region-first-column
# focus: <miniature/source/1/withheld/2-1-6>
# also: shape:region-extent
# also: shape:region-named

INSERT DATA { <miniature/source/1/withheld/2-1-6> kei:firstColumn 60 }
