# expects: shape:region-line
# focus: <miniature/source/1/withheld/line-3>
# also: shape:region-named

INSERT DATA { <miniature/source/1/withheld/line-3> kei:line 4 }
