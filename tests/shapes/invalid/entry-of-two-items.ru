# expects: shape:entry-of-one-item
# focus: <miniature>
# value: <miniature/item/1-1-2/2009>
# also: shape:entry-named
# also: shape:entry-once-a-year
# also: shape:statement-evidenced

INSERT DATA { <miniature/item/1-1-1> kei:schedule <miniature/item/1-1-2/2009> }
