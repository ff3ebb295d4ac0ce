# expects: shape:label-once
# focus: <department/関係課>

INSERT DATA { <department/関係課> rdfs:label "全所属"@ja }
