# expects: shape:link-linkset
# focus: <link/wikidata/fedcba9876543210>

DELETE WHERE { <link/wikidata/fedcba9876543210> kei:inLinkset ?value }
