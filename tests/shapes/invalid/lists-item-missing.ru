# expects: shape:lists-item
# focus: <miniature>
# value: <miniature/overview/1-1-2>

DELETE WHERE { <miniature/overview/1-1-2> kei:listsItem ?value }
