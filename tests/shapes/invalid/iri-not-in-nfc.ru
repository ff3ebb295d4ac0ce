# expects: shape:iri-plain
# focus: <department/デジタル課>

INSERT DATA { <department/デジタル課> a kei:DepartmentGroup ; rdfs:label "見本"@ja }
