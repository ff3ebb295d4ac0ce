# expects: shape:line-named
# focus: <miniature>
# value: <miniature/source/1/line/19>

DELETE { <miniature/source/1/line/19> kei:line ?value } INSERT { <miniature/source/1/line/19> kei:line 20 } WHERE { <miniature/source/1/line/19> kei:line ?value }
