# expects: shape:period-of-years
# focus: <miniature>
# value: <miniature/period>

DELETE { <miniature/period> dcat:endDate ?value . ?evidence rdf:object ?value }
INSERT { <miniature/period> dcat:endDate "2011-03-31"^^xsd:date . ?evidence rdf:object "2011-03-31"^^xsd:date }
WHERE { <miniature/period> dcat:endDate ?value . ?evidence rdf:subject <miniature/period> ; rdf:predicate dcat:endDate ; rdf:object ?value }
