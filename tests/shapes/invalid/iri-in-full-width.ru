# expects: shape:iri-plain
# focus: <department/ＩＴ課>

INSERT DATA { <department/ＩＴ課> a kei:DepartmentGroup ; rdfs:label "見本"@ja }
