# expects: shape:evidence-subject
# focus: <miniature/evidence/4f7b42c8441200ab>
# also: shape:statement-evidenced

DELETE WHERE { <miniature/evidence/4f7b42c8441200ab> rdf:subject ?value }
