# expects: shape:cell-clean
# focus: <miniature/source/1/cell/1-2-5>

DELETE { <miniature/source/1/cell/1-2-5> rdf:value ?value } INSERT { <miniature/source/1/cell/1-2-5> rdf:value "地域\u0007コミュニティ" } WHERE { <miniature/source/1/cell/1-2-5> rdf:value ?value }
