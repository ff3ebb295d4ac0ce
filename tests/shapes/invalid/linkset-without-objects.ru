# expects: shape:linkset-targets
# focus: <link/wikidata>

DELETE WHERE { <link/wikidata> void:objectsTarget ?value }
