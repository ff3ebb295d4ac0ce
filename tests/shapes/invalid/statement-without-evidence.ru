# expects: shape:statement-evidenced
# focus: <miniature>
# value: <miniature/item/1-1-1>

DELETE WHERE { <miniature/evidence/4f7b42c8441200ab> ?property ?object }
