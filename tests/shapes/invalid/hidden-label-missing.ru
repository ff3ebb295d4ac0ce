# expects: shape:hidden-label
# focus: <miniature>
# value: <miniature/item/1-1-2>

DELETE WHERE { <miniature/item/1-1-2> skos:hiddenLabel ?value }
