# expects: shape:area-known-until
# focus: <https://w3id.org/keikaku/id/area/99999-20051001>

INSERT DATA { <https://w3id.org/keikaku/id/area/99999-20051001> kei:knownUntil "2016-10-10"^^xsd:date , "2016-10-11"^^xsd:date }
