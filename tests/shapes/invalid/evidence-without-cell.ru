# expects: shape:evidence-cell
# focus: <miniature/evidence/4f7b42c8441200ab>
# also: shape:statement-evidenced

DELETE WHERE { <miniature/evidence/4f7b42c8441200ab> kei:cell ?value }
