# expects: shape:no-blank-node
# focus: _:
# also: shape:iri-plain

INSERT DATA { [] a kei:DepartmentGroup ; rdfs:label "見本"@ja }
