# expects: shape:decision-creator
# focus: <miniature/decision/target/1-1-1/事業者>

DELETE WHERE { <miniature/evidence/3a0d0523ebc8bfec> ?property ?value } ;
DELETE WHERE { <miniature/decision/target/1-1-1/事業者> dcterms:creator ?value }
