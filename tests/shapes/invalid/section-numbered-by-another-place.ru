# expects: shape:section-numbered-by-place
# focus: <miniature>
# value: <miniature/measure/1-2>
# also: shape:item-numbered-by-place
# also: shape:lists-section
# also: shape:number-as-printed

DELETE { <miniature/measure/1-2> dcterms:identifier ?value . ?evidence rdf:object ?value }
INSERT { <miniature/measure/1-2> dcterms:identifier "I-(3)" . ?evidence rdf:object "I-(3)" }
WHERE { <miniature/measure/1-2> dcterms:identifier ?value . ?evidence rdf:subject <miniature/measure/1-2> ; rdf:predicate dcterms:identifier ; rdf:object ?value }
