# expects: shape:continues
# focus: <miniature>
# value: <miniature/item/1-1-1/2009>
# also: shape:carried-phases

DELETE WHERE { <miniature/item/1-1-1/2009> kei:continues ?value }
