# expects: shape:text-in-cell
# focus: <miniature>

DELETE { <miniature/item/1-1-1> kei:content ?value . ?evidence rdf:object ?value }
INSERT { <miniature/item/1-1-1> kei:content ?more . ?evidence rdf:object ?more }
WHERE {
  <miniature/item/1-1-1> kei:content ?value .
  ?evidence rdf:subject <miniature/item/1-1-1> ; rdf:predicate kei:content ; rdf:object ?value .
  BIND (STRLANG(CONCAT(?value, "そして続けます。"), "ja") AS ?more)
}
