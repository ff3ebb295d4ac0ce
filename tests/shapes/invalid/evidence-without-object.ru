# expects: shape:evidence-object
# focus: <miniature/evidence/4f7b42c8441200ab>
# also: shape:statement-evidenced

DELETE WHERE { <miniature/evidence/4f7b42c8441200ab> rdf:object ?value }
