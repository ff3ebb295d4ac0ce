# expects: shape:linkset-subjects
# focus: <link/wikidata>

DELETE WHERE { <link/wikidata> void:subjectsTarget ?value }
