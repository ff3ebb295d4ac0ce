# expects: shape:outcome-listed
# focus: outcome:accepted

DELETE WHERE { outcome:accepted skos:inScheme ?value }
