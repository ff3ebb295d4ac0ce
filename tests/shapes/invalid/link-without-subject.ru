# expects: shape:link-subject
# focus: <link/wikidata/fedcba9876543210>
# also: shape:link-recorded

DELETE WHERE { <link/wikidata/fedcba9876543210> rdf:subject ?value }
