# expects: shape:area-change-dated
# focus: <https://w3id.org/keikaku/id/area-change/1>

DELETE { <https://w3id.org/keikaku/id/area-change/1> dcterms:date ?old } WHERE { <https://w3id.org/keikaku/id/area-change/1> dcterms:date ?old }
