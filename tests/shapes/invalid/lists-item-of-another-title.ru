# expects: shape:lists-item
# focus: <miniature>
# value: <miniature/overview/1-1-2>

DELETE { <miniature/overview/1-1-2> kei:listsItem ?value } INSERT { <miniature/overview/1-1-2> kei:listsItem <miniature/item/1-1-1> } WHERE { <miniature/overview/1-1-2> kei:listsItem ?value }
