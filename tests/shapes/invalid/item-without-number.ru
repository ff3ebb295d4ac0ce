# expects: shape:item-identifier
# focus: <miniature/item/1-1-2>

DELETE WHERE {
  <miniature/item/1-1-2> dcterms:identifier ?value .
  ?evidence rdf:subject <miniature/item/1-1-2> ; rdf:predicate dcterms:identifier ; ?property ?object .
}
