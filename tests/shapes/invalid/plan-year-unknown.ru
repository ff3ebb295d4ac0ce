# expects: shape:plan-year-known
# focus: <miniature>
# also: shape:statement-evidenced

INSERT DATA { <miniature> kei:planYear fy:3000 }
