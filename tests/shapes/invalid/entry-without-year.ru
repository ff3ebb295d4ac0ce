# expects: shape:entry-year
# focus: <miniature/item/1-1-2/2008>
# also: shape:active-in

DELETE WHERE {
  <miniature/item/1-1-2/2008> kei:fiscalYear ?value .
  ?evidence rdf:subject <miniature/item/1-1-2/2008> ; rdf:predicate kei:fiscalYear ; ?property ?object .
}
