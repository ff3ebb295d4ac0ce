# expects: shape:entry-phase-or-arrow
# focus: <miniature>
# value: <miniature/item/1-1-2/2008>
# also: shape:active-in

DELETE WHERE {
  <miniature/item/1-1-2/2008> kei:phase ?value .
  ?evidence rdf:subject <miniature/item/1-1-2/2008> ; rdf:predicate kei:phase ; ?property ?object .
}
