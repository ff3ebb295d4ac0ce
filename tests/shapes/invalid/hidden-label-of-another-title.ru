# expects: shape:hidden-label
# focus: <miniature>
# value: <miniature/measure/1-1>

DELETE { <miniature/measure/1-1> skos:hiddenLabel ?value } INSERT { <miniature/measure/1-1> skos:hiddenLabel "拠点の整備"@ja } WHERE { <miniature/measure/1-1> skos:hiddenLabel ?value }
