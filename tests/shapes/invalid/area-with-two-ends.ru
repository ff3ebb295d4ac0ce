# expects: shape:area-ends
# focus: <https://w3id.org/keikaku/id/area/99999-19700401>

INSERT DATA { <https://w3id.org/keikaku/id/area/99999-19700401> dcterms:valid "2005-09-30"^^xsd:date }
