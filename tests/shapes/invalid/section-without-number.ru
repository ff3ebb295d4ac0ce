# expects: shape:section-identifier
# focus: <miniature/measure/1-2>
# also: shape:lists-section

DELETE WHERE {
  <miniature/measure/1-2> dcterms:identifier ?value .
  ?evidence rdf:subject <miniature/measure/1-2> ; rdf:predicate dcterms:identifier ; ?property ?object .
}
