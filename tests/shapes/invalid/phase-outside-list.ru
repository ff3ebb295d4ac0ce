# expects: shape:phase-listed
# focus: <miniature>
# value: phase:検討

DELETE WHERE { phase:検討 skos:inScheme ?value }
