# expects: shape:section-levels
# focus: <miniature>
# value: <miniature/measure/1-2>

DELETE { <miniature/measure/1-2> kei:level ?value . ?evidence rdf:object ?value }
INSERT { <miniature/measure/1-2> kei:level 3 . ?evidence rdf:object 3 }
WHERE { <miniature/measure/1-2> kei:level ?value . ?evidence rdf:subject <miniature/measure/1-2> ; rdf:predicate kei:level ; rdf:object ?value }
