# expects: shape:phase-listed
# focus: phase:検討

DELETE WHERE { phase:検討 skos:inScheme ?value }
