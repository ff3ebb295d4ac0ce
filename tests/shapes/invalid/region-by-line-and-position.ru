# expects: shape:region-extent
# focus: <miniature>
# value: <miniature/source/1/withheld/line-3>

INSERT DATA { <miniature/source/1/withheld/line-3> kei:position 3 }
