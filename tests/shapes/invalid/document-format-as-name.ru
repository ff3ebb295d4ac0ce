# expects: shape:document-format
# focus: <miniature/source/1>

DELETE { <miniature/source/1> schema:encodingFormat ?value } INSERT { <miniature/source/1> schema:encodingFormat "Markdown" } WHERE { <miniature/source/1> schema:encodingFormat ?value }
