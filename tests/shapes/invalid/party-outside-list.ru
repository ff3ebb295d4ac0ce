# expects: shape:party-listed
# focus: <miniature>
# value: party:市民

DELETE WHERE { party:市民 skos:inScheme ?value }
