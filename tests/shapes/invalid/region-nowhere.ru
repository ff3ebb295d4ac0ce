# expects: shape:region-extent
# focus: <miniature>
# value: <miniature/source/1/withheld/line-3>
# also: shape:region-named

DELETE WHERE { <miniature/source/1/withheld/line-3> kei:line ?value }
