# expects: shape:document-name
# focus: <miniature/source/1>

DELETE WHERE { <miniature/source/1> schema:name ?value }
