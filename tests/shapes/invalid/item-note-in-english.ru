# expects: shape:item-note
# focus: <miniature/item/1-1-2>
# also: shape:statement-evidenced

INSERT DATA { <miniature/item/1-1-2> kei:note "listed again"@en }
