# expects: shape:region-place
# focus: <miniature/source/1/withheld/line-3>
# also: shape:region-extent

INSERT DATA { <miniature/source/1/withheld/line-3> kei:position 4 }
