# expects: shape:correction-complete
# focus: <miniature>
# value: <miniature/decision/target/1-1-1/事業者>

DELETE WHERE { <miniature/evidence/d576d765901c68a6> ?property ?value } ;
DELETE WHERE { <miniature/decision/target/1-1-1/事業者> kei:correctedValue ?value }
