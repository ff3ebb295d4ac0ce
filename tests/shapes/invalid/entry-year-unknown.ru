# expects: shape:entry-year-known
# focus: <miniature/item/1-1-2/2009>
# also: shape:active-in
# also: shape:entry-in-period
# also: shape:entry-named

DELETE { <miniature/item/1-1-2/2009> kei:fiscalYear ?value . ?evidence rdf:object ?value }
INSERT { <miniature/item/1-1-2/2009> kei:fiscalYear fy:3000 . ?evidence rdf:object fy:3000 }
WHERE { <miniature/item/1-1-2/2009> kei:fiscalYear ?value . ?evidence rdf:subject <miniature/item/1-1-2/2009> ; rdf:predicate kei:fiscalYear ; rdf:object ?value }
