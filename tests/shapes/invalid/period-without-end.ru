# expects: shape:interval-end
# focus: <miniature/period>

DELETE WHERE {
  <miniature/period> dcat:endDate ?value .
  ?evidence rdf:subject <miniature/period> ; rdf:predicate dcat:endDate ; ?property ?object .
}
