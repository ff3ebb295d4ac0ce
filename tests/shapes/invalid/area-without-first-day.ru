# expects: shape:area-begins
# focus: <https://w3id.org/keikaku/id/area/99999-19700401>

DELETE { <https://w3id.org/keikaku/id/area/99999-19700401> dcterms:issued ?old } WHERE { <https://w3id.org/keikaku/id/area/99999-19700401> dcterms:issued ?old }
