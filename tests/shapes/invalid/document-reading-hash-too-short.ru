# expects: shape:document-reading-hash
# focus: <miniature/source/1>

DELETE { <miniature/source/1> schema:sha256 ?value } INSERT { <miniature/source/1> kei:readingSha256 "37619d36" } WHERE { <miniature/source/1> schema:sha256 ?value }
