# expects: shape:link-label
# focus: <link/wikidata>

DELETE WHERE { <link/wikidata> rdfs:label ?value }
