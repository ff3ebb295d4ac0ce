# expects: shape:item-purpose
# focus: <miniature/item/1-1-1>
# also: shape:statement-evidenced

INSERT DATA { <miniature/item/1-1-1> kei:purpose "拠点を増やします。"@ja }
