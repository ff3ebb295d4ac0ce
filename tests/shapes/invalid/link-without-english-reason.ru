# expects: shape:link-reason
# focus: <link/wikidata/fedcba9876543210>

DELETE DATA { <link/wikidata/fedcba9876543210> kei:matchReason "in a list that was checked"@en }
