# expects: shape:correction-field-known
# focus: <miniature>
# value: <miniature/decision/target/1-1-1/事業者>

DELETE { <miniature/decision/target/1-1-1/事業者> kei:field ?value } INSERT { <miniature/decision/target/1-1-1/事業者> kei:field kei:colour } WHERE { <miniature/decision/target/1-1-1/事業者> kei:field ?value }
