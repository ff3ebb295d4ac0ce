# expects: shape:item-relists
# focus: <miniature>
# value: <miniature/item/1-2-1>
# also: shape:relists-original

INSERT DATA { <miniature/item/1-2-1> kei:relists <miniature/item/1-1-2> }
