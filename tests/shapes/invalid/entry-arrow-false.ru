# expects: shape:entry-arrow
# focus: <miniature/item/1-1-2/2008>
# also: shape:statement-evidenced

INSERT DATA { <miniature/item/1-1-2/2008> kei:arrow false }
