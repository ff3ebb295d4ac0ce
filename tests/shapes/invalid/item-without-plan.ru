# expects: shape:item-plan
# focus: <miniature/item/1-1-2>
# also: shape:part-of

DELETE WHERE {
  <miniature/item/1-1-2> kei:inPlan ?value .
  ?evidence rdf:subject <miniature/item/1-1-2> ; rdf:predicate kei:inPlan ; ?property ?object .
}
