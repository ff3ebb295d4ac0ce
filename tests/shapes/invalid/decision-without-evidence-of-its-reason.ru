# expects: shape:statement-evidenced
# focus: <miniature>
# value: <miniature/decision/target/1-1-1/事業者>

DELETE WHERE { <miniature/evidence/1d5e0b13a4e6f20e> ?property ?value }
