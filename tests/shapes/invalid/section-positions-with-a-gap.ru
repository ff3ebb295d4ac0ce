# expects: shape:section-positions
# focus: <miniature>
# value: <miniature/measure/1-2>
# also: shape:section-named
# also: shape:section-numbered-by-place

DELETE { <miniature/measure/1-2> kei:position ?value . ?evidence rdf:object ?value }
INSERT { <miniature/measure/1-2> kei:position 3 . ?evidence rdf:object 3 }
WHERE { <miniature/measure/1-2> kei:position ?value . ?evidence rdf:subject <miniature/measure/1-2> ; rdf:predicate kei:position ; rdf:object ?value }
