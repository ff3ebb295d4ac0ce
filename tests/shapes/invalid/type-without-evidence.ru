# expects: shape:statement-evidenced
# focus: <miniature>
# value: <miniature/measure/1-1>

DELETE WHERE { <miniature/evidence/37ed0f6a877440cc> ?property ?object }
