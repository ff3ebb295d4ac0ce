# expects: shape:item-relists
# focus: <miniature>
# value: <miniature/item/1-1-2>
# also: shape:relists-original

INSERT DATA { <miniature/item/1-1-2> kei:relists <miniature/item/1-1-1> }
