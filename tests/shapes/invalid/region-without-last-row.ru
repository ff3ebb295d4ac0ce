# expects: shape:region-extent
# focus: <miniature>
# value: <miniature/source/1/withheld/2-1-6>

DELETE WHERE { <miniature/source/1/withheld/2-1-6> kei:lastRow ?value }
