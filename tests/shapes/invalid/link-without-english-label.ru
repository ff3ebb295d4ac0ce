# expects: shape:link-label
# focus: <link/wikidata/fedcba9876543210>

DELETE DATA { <link/wikidata/fedcba9876543210> rdfs:label "Link: 見本市 → 見本市 (Wikidata)"@en }
