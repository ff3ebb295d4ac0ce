# expects: shape:kind-listed
# focus: kind:target

DELETE WHERE { kind:target skos:inScheme ?value }
