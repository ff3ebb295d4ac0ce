# expects: shape:linkset-method
# focus: <link/wikidata>

DELETE WHERE { <link/wikidata> dcterms:description ?value }
