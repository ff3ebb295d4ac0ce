# expects: shape:link-score
# focus: <link/wikidata/fedcba9876543210>

DELETE { <link/wikidata/fedcba9876543210> kei:score ?value } INSERT { <link/wikidata/fedcba9876543210> kei:score -1 } WHERE { <link/wikidata/fedcba9876543210> kei:score ?value }
