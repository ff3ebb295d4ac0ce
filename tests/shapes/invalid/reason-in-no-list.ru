# expects: shape:reason-listed
# focus: withheld:hidden

DELETE WHERE { withheld:hidden skos:inScheme ?value }
