# expects: shape:continues
# focus: <miniature>
# value: <miniature/item/1-1-2/2009>
# also: shape:carried-phases

INSERT DATA { <miniature/item/1-1-2/2009> kei:continues <miniature/item/1-1-2/2008> }
