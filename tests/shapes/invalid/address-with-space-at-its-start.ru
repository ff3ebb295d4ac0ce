# expects: shape:address-clean
# focus: <miniature/contact>

DELETE { <miniature/contact> schema:address ?value . ?evidence rdf:object ?value }
INSERT { <miniature/contact> schema:address " 〒000-0000 見本市中央1番1号"@ja . ?evidence rdf:object " 〒000-0000 見本市中央1番1号"@ja }
WHERE { <miniature/contact> schema:address ?value . ?evidence rdf:subject <miniature/contact> ; rdf:predicate schema:address ; rdf:object ?value }
