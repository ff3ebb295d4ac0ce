# expects: shape:item-relists
# focus: <miniature>
# value: <miniature/item/1-2-1>
# also: shape:relists-original

DELETE WHERE { <miniature/item/1-2-1> kei:relists ?value }
