# expects: shape:carried-phases
# focus: <miniature>
# value: <miniature/item/1-1-1/2009>

INSERT DATA { <miniature/item/1-1-1/2009> kei:phase phase:周知 }
