# expects: shape:plan-license
# focus: <miniature>
# also: shape:plan-license-granted
# also: shape:statement-evidenced

INSERT DATA { <miniature> dcterms:license "CC BY 4.0" }
