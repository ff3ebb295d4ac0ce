# expects: shape:plan-may-lack
# focus: <miniature>
# value: rdfs:label
# also: shape:statement-evidenced

INSERT DATA { <miniature> kei:mayLack rdfs:label }
