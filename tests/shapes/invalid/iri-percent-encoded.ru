# expects: shape:iri-plain
# focus: <department/%E8%AA%B2>

INSERT DATA { <department/%E8%AA%B2> a kei:DepartmentGroup ; rdfs:label "見本"@ja }
