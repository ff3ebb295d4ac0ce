# expects: shape:document-hashed
# focus: <miniature>
# value: <miniature/source/1>

DELETE WHERE { <miniature/source/1> schema:sha256 ?value }
