# expects: shape:fiscal-year-interval
# focus: <miniature>
# value: fy:2011

DELETE { fy:2011 dcat:startDate ?value } INSERT { fy:2011 dcat:startDate "2011-01-01"^^xsd:date } WHERE { fy:2011 dcat:startDate ?value }
