# expects: shape:document-hashed
# focus: <miniature>
# value: <miniature/source/1>

INSERT { <miniature/source/1> kei:readingSha256 ?value } WHERE { <miniature/source/1> schema:sha256 ?value }
