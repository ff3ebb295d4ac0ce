# expects: shape:item-title
# focus: <miniature/item/1-1-2>
# also: shape:label-japanese

DELETE WHERE {
  <miniature/item/1-1-2> rdfs:label ?value .
  ?evidence rdf:subject <miniature/item/1-1-2> ; rdf:predicate rdfs:label ; ?property ?object .
}
