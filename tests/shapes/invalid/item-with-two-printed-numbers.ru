# expects: shape:item-printed-number
# focus: <miniature/item/1-1-2>
# also: shape:statement-evidenced

INSERT DATA { <miniature/item/1-1-2> kei:printedNumber "I-(1)-②" }
