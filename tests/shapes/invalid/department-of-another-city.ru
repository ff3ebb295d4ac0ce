# expects: shape:department-known
# focus: <miniature>
# value: <department/協働課>

INSERT DATA { <../352039> a kei:Municipality , org:FormalOrganization ; rdfs:label "山口市"@ja ; dcterms:identifier "352039" } ;
DELETE { <department/協働課> org:unitOf ?value } INSERT { <department/協働課> org:unitOf <../352039> } WHERE { <department/協働課> org:unitOf ?value }
