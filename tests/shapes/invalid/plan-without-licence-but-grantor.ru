# expects: shape:plan-license-granted
# focus: <miniature>
# also: shape:text-in-cell

DELETE { <miniature> dcterms:rights ?value . ?evidence rdf:object ?value }
INSERT { <miniature> dcterms:rights "見本市長"@ja . ?evidence rdf:object "見本市長"@ja }
WHERE { <miniature> dcterms:rights ?value . ?evidence rdf:subject <miniature> ; rdf:predicate dcterms:rights ; rdf:object ?value }
