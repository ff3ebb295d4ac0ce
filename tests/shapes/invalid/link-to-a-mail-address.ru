# expects: shape:link-object
# focus: <link/wikidata/fedcba9876543210>

DELETE { <link/wikidata/fedcba9876543210> rdf:object ?value . <../999997> skos:closeMatch ?value } INSERT { <link/wikidata/fedcba9876543210> rdf:object <mailto:a@example.jp> . <../999997> skos:closeMatch <mailto:a@example.jp> } WHERE { <link/wikidata/fedcba9876543210> rdf:object ?value }
