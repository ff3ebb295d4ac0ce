# expects: shape:lists-section
# focus: <miniature>
# value: <miniature/overview/1-1>
# also: shape:lists-item

DELETE { <miniature/overview/1-1> kei:listsSection ?value } INSERT { <miniature/overview/1-1> kei:listsSection <miniature/measure/1-2> } WHERE { <miniature/overview/1-1> kei:listsSection ?value }
