# expects: shape:municipality-prefecture
# focus: <../999997>

DELETE { <../999997> kei:prefecture ?old } INSERT { <../999997> kei:prefecture <https://w3id.org/keikaku/id/prefecture/480002> } WHERE { <../999997> kei:prefecture ?old }
