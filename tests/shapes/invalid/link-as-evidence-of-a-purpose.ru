# expects: shape:link-relation
# focus: <miniature/link/pages/0123456789abcdef>

DELETE DATA { <miniature/link/pages/0123456789abcdef> rdf:predicate rdfs:seeAlso ; rdf:object <https://www.city.example.jp/plan.html> . <miniature> rdfs:seeAlso <https://www.city.example.jp/plan.html> } ;
INSERT DATA { <miniature/link/pages/0123456789abcdef> rdf:predicate dcterms:hasPart ; rdf:object <https://www.city.example.jp/plan.html> . <miniature> dcterms:hasPart <https://www.city.example.jp/plan.html> . <miniature/link/pages> void:linkPredicate dcterms:hasPart }
