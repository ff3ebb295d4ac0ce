# expects: shape:party-listed
# focus: <miniature>
# value: <party/見本推進委員会>
# also: shape:code-named
# also: shape:code-aligned

INSERT DATA { <party/見本推進委員会> skos:inScheme <https://w3id.org/keikaku/id/party> }
