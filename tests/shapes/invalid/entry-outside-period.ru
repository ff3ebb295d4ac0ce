# expects: shape:entry-in-period
# focus: <miniature>
# value: <miniature/item/1-1-2/2009>
# also: shape:active-in
# also: shape:entry-named

DELETE { <miniature/item/1-1-2/2009> kei:fiscalYear ?value . ?evidence rdf:object ?value }
INSERT { <miniature/item/1-1-2/2009> kei:fiscalYear fy:2010 . ?evidence rdf:object fy:2010 }
WHERE { <miniature/item/1-1-2/2009> kei:fiscalYear ?value . ?evidence rdf:subject <miniature/item/1-1-2/2009> ; rdf:predicate kei:fiscalYear ; rdf:object ?value }
