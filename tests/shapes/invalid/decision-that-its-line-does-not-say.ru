# expects: shape:text-in-cell
# focus: <miniature>
# value: <miniature/evidence/3a0d0523ebc8bfec>

DELETE { <miniature/evidence/3a0d0523ebc8bfec> rdf:object ?value } INSERT { <miniature/evidence/3a0d0523ebc8bfec> rdf:object "総務課"@ja } WHERE { <miniature/evidence/3a0d0523ebc8bfec> rdf:object ?value } ;
DELETE { <miniature/decision/target/1-1-1/事業者> dcterms:creator ?value } INSERT { <miniature/decision/target/1-1-1/事業者> dcterms:creator "総務課"@ja } WHERE { <miniature/decision/target/1-1-1/事業者> dcterms:creator ?value }
