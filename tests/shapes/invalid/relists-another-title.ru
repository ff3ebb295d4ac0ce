# expects: shape:relists-original
# focus: <miniature>
# value: <miniature/item/1-2-1>

DELETE DATA { <miniature/item/1-2-1> kei:relists <miniature/item/1-1-1> } ;
INSERT DATA { <miniature/item/1-2-1> kei:relists <miniature/item/1-1-2> }
