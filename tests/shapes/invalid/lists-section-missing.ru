# expects: shape:lists-section
# focus: <miniature>
# value: <miniature/overview/1-1>

DELETE WHERE { <miniature/overview/1-1> kei:listsSection ?value }
