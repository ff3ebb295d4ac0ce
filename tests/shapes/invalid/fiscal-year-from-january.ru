# expects: shape:fiscal-year-interval
# focus: <miniature>
# value: fy:2030

DELETE { fy:2030 dcat:startDate ?value } INSERT { fy:2030 dcat:startDate "2030-01-01"^^xsd:date } WHERE { fy:2030 dcat:startDate ?value }
