# expects: shape:row-item
# focus: <miniature/overview/1-1-2>
# also: shape:lists-item

INSERT DATA { <miniature/overview/1-1-2> kei:listsItem <miniature/item/1-1-1> }
