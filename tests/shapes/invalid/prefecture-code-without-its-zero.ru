# expects: shape:prefecture-code
# focus: <https://w3id.org/keikaku/id/prefecture/990001>

DELETE { <https://w3id.org/keikaku/id/prefecture/990001> dcterms:identifier ?old } INSERT { <https://w3id.org/keikaku/id/prefecture/990001> dcterms:identifier "10006" } WHERE { <https://w3id.org/keikaku/id/prefecture/990001> dcterms:identifier ?old }
