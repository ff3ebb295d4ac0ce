# expects: shape:department-city
# focus: <department/協働課>
# also: shape:department-known

DELETE WHERE { <department/協働課> org:unitOf ?value }
