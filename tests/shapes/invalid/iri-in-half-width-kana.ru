# expects: shape:iri-plain
# focus: <department/ﾃﾞｼﾞﾀﾙ課>

INSERT DATA { <department/ﾃﾞｼﾞﾀﾙ課> a kei:DepartmentGroup ; rdfs:label "見本"@ja }
