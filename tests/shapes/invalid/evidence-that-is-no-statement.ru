# expects: shape:evidence-is-statement
# focus: <miniature/evidence/4f7b42c8441200ab>

DELETE DATA { <miniature/evidence/4f7b42c8441200ab> a rdf:Statement }
