# expects: shape:code-aligned
# focus: <miniature>
# value: <party/見本推進委員会>
# also: shape:link-recorded

DELETE { <party/見本推進委員会> skos:broadMatch ?shared }
INSERT { <party/見本推進委員会> skos:exactMatch <department/協働課> }
WHERE { <party/見本推進委員会> skos:broadMatch ?shared }
