# expects: shape:correction-complete
# focus: <miniature>
# value: <miniature/decision/target/1-1-1/事業者>

DELETE WHERE { <miniature/decision/target/1-1-1/事業者> kei:field ?value }
