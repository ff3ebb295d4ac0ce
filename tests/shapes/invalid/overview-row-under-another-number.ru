# expects: shape:listed-number-named
# focus: <miniature>
# value: <miniature/overview/1-1-2>

DELETE { <miniature/overview/1-1-2> kei:listedNumber ?value . ?evidence rdf:object ?value }
INSERT { <miniature/overview/1-1-2> kei:listedNumber "I-(1)-③" . ?evidence rdf:object "I-(1)-③" }
WHERE { <miniature/overview/1-1-2> kei:listedNumber ?value . ?evidence rdf:subject <miniature/overview/1-1-2> ; rdf:predicate kei:listedNumber ; rdf:object ?value }
