# expects: shape:linkset-mixed
# focus: <link/wikidata>
# value: <link/wikidata>

DELETE { <link/wikidata> dcterms:license ?value } INSERT { <link/wikidata> dcterms:license <https://creativecommons.org/licenses/by-sa/4.0/> } WHERE { <link/wikidata> dcterms:license ?value }
