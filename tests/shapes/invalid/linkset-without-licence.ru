# expects: shape:linkset-licence
# focus: <link/wikidata>

DELETE WHERE { <link/wikidata> dcterms:license ?value }
