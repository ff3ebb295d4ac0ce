# expects: shape:plan-own-numbers
# focus: <miniature>
# also: shape:statement-evidenced

INSERT DATA { <miniature> kei:ownNumbers false }
