# expects: shape:statement-evidenced
# focus: <miniature>
# value: <miniature/item/1-1-1>

INSERT DATA { <miniature/item/1-1-1> kei:department <department/関係課> }
