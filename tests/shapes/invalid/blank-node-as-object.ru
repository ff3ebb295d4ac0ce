# expects: shape:no-blank-node
# focus: _:
# also: shape:department-known
# also: shape:statement-evidenced

INSERT DATA { <miniature/item/1-1-1> kei:department [] }
