# expects: shape:linkset-mixed
# focus: <link/wikidata>
# value: <link/wikidata>

DELETE { <link/wikidata> dcterms:license ?value } INSERT { <link/wikidata> dcterms:license <https://creativecommons.org/licenses/by-nd/4.0/deed.ja> } WHERE { <link/wikidata> dcterms:license ?value }
