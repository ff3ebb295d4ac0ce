# expects: shape:area-prefecture
# focus: <https://w3id.org/keikaku/id/area/99999-19700401>

DELETE { <https://w3id.org/keikaku/id/area/99999-19700401> kei:prefecture ?old } WHERE { <https://w3id.org/keikaku/id/area/99999-19700401> kei:prefecture ?old }
