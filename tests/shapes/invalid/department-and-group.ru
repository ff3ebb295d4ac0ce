# expects: shape:department-known
# focus: <miniature>
# value: <department/協働課>

INSERT DATA { <department/協働課> a kei:DepartmentGroup }
