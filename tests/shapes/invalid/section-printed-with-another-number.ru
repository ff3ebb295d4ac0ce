# expects: shape:number-as-printed
# focus: <miniature>
# value: <miniature/measure/1-2>
# also: shape:text-in-cell

DELETE { <miniature/measure/1-2> kei:printedNumber ?value . ?evidence rdf:object ?value }
INSERT { <miniature/measure/1-2> kei:printedNumber "（３）" . ?evidence rdf:object "（３）" }
WHERE { <miniature/measure/1-2> kei:printedNumber ?value . ?evidence rdf:subject <miniature/measure/1-2> ; rdf:predicate kei:printedNumber ; rdf:object ?value }
