# expects: shape:superclasses
# focus: <miniature>
# value: <miniature/evidence/4f7b42c8441200ab>

INSERT { ?found a rdf:Statement } WHERE { VALUES ?found { <miniature/evidence/4f7b42c8441200ab> } } ;
DELETE DATA { <miniature/evidence/4f7b42c8441200ab> a kei:Evidence }
