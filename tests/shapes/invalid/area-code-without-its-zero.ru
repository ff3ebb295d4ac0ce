# expects: shape:area-code
# focus: <https://w3id.org/keikaku/id/area/99999-20051001>
# also: shape:area-named
# also: shape:area-six-digits

DELETE { <https://w3id.org/keikaku/id/area/99999-20051001> dcterms:identifier ?old } INSERT { <https://w3id.org/keikaku/id/area/99999-20051001> dcterms:identifier "9999" } WHERE { <https://w3id.org/keikaku/id/area/99999-20051001> dcterms:identifier ?old }
