# expects: shape:link-stands
# focus: <miniature>
# value: <link/wikidata/fedcba9876543210>

DELETE WHERE { <link/wikidata> void:linkPredicate ?value }
