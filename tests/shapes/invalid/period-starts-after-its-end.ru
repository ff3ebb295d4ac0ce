# expects: shape:interval-start
# focus: <miniature/period>
# also: shape:period-of-years

DELETE { <miniature/period> dcat:startDate ?value . ?evidence rdf:object ?value }
INSERT { <miniature/period> dcat:startDate "2010-04-01"^^xsd:date . ?evidence rdf:object "2010-04-01"^^xsd:date }
WHERE { <miniature/period> dcat:startDate ?value . ?evidence rdf:subject <miniature/period> ; rdf:predicate dcat:startDate ; rdf:object ?value }
