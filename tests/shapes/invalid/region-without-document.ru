# expects: shape:region-document
# focus: <miniature/source/1/withheld/line-3>

DELETE WHERE { <miniature/source/1/withheld/line-3> kei:document ?value }
