# expects: shape:link-reviewer
# focus: <link/wikidata/fedcba9876543210>

DELETE WHERE { <link/wikidata/fedcba9876543210> kei:reviewer ?value }
