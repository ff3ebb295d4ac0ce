# expects: shape:item-completion-criterion-given
# focus: <miniature>
# value: <miniature/item/1-1-1>

DELETE WHERE {
  <miniature/item/1-1-1> kei:completionCriterion ?value .
  ?evidence rdf:subject <miniature/item/1-1-1> ; rdf:predicate kei:completionCriterion ; ?property ?object .
}
