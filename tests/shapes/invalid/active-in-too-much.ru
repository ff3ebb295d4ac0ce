# expects: shape:active-in
# focus: <miniature>
# value: <miniature/item/1-1-1>

INSERT DATA { <miniature/item/1-1-1> kei:activeIn fy:2010 }
