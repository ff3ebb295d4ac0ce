# expects: shape:section-level
# focus: <miniature/measure/1-2>
# also: shape:number-as-printed

DELETE WHERE {
  <miniature/measure/1-2> kei:level ?value .
  ?evidence rdf:subject <miniature/measure/1-2> ; rdf:predicate kei:level ; ?property ?object .
}
