# expects: shape:phase-listed
# focus: <miniature>
# value: <phase/試行>
# also: shape:code-aligned
# also: shape:code-named

INSERT DATA { <phase/試行> skos:inScheme <https://w3id.org/keikaku/id/phase> }
