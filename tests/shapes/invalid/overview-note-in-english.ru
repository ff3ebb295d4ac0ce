# expects: shape:row-note
# focus: <miniature/overview/1-1-2>
# also: shape:statement-evidenced

INSERT DATA { <miniature/overview/1-1-2> kei:listedNote "listed again"@en }
