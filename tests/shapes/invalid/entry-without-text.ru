# expects: shape:entry-text
# focus: <miniature/item/1-1-2/2008>

DELETE WHERE {
  <miniature/item/1-1-2/2008> kei:cellText ?value .
  ?evidence rdf:subject <miniature/item/1-1-2/2008> ; rdf:predicate kei:cellText ; ?property ?object .
}
