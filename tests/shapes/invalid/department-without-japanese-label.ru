# expects: shape:label-japanese
# focus: <miniature>
# value: <department/協働課>
# also: shape:name-in-cell

DELETE { <department/協働課> rdfs:label ?value } INSERT { <department/協働課> rdfs:label "Collaboration Division"@en } WHERE { <department/協働課> rdfs:label ?value }
