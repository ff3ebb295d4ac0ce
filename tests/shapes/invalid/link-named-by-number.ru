# expects: shape:link-named
# focus: <link/wikidata/1>

DELETE { <link/wikidata/fedcba9876543210> ?property ?value } INSERT { <link/wikidata/1> ?property ?value } WHERE { <link/wikidata/fedcba9876543210> ?property ?value }
