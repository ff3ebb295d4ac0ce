# expects: shape:involves
# focus: <miniature>
# value: <miniature/item/1-1-2>

DELETE { <party/見本推進委員会> skos:broadMatch ?shared }
INSERT { <party/見本推進委員会> skos:broadMatch party:市民活動団体 }
WHERE { <party/見本推進委員会> skos:broadMatch ?shared }
