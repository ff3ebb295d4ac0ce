# expects: shape:link-date
# focus: <link/wikidata/fedcba9876543210>

DELETE WHERE { <link/wikidata/fedcba9876543210> dcterms:dateAccepted ?value }
