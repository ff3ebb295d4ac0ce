# expects: shape:active-in
# focus: <miniature>
# value: <miniature/item/1-1-1>

DELETE DATA { <miniature/item/1-1-1> kei:activeIn fy:2009 }
