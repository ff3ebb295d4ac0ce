# expects: shape:item-current-state
# focus: <miniature/item/1-1-1>
# also: shape:statement-evidenced

INSERT DATA { <miniature/item/1-1-1> kei:currentState "拠点が足りません。"@ja }
