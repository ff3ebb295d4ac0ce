# expects: shape:label-clean
# focus: <../999997>

DELETE DATA { <../999997> rdfs:label "見本市"@ja } ;
INSERT DATA { <../999997> rdfs:label "見本市　"@ja }
