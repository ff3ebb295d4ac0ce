# expects: shape:iri-plain
# focus: <department/第①課>

INSERT DATA { <department/第①課> a kei:DepartmentGroup ; rdfs:label "見本"@ja }
