# expects: shape:superclasses
# focus: <miniature>
# value: <miniature/source/9>

INSERT DATA { <miniature/source/9> a prov:Entity }
