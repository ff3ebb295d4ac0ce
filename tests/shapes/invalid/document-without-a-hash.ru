# expects: shape:document-hashed
# focus: <miniature/source/1>

DELETE WHERE { <miniature/source/1> schema:sha256 ?value }
