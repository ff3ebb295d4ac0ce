# expects: shape:area-lasts
# focus: <https://w3id.org/keikaku/id/area/99998-20051001>
# value: "2005-10-01"

INSERT DATA { <https://w3id.org/keikaku/id/area/99998-20051001> a kei:Area , skos:Concept ; rdfs:label "隣町"@ja , "Tonari-cho"@en ; dcterms:identifier "99998" ; skos:notation "999989" ;
  dcterms:issued "2005-10-01"^^xsd:date ; dcterms:valid "2005-10-01"^^xsd:date ; kei:prefecture <https://w3id.org/keikaku/id/prefecture/990001> }
