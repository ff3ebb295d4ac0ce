# expects: shape:number-or-place
# focus: <miniature>
# value: <miniature/measure/1-2>

DELETE WHERE {
  <miniature/measure/1-2> kei:printedNumber ?value .
  ?evidence rdf:subject <miniature/measure/1-2> ; rdf:predicate kei:printedNumber ; ?property ?object .
}
