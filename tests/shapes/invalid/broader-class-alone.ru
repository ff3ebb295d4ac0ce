# expects: shape:superclasses
# focus: <miniature>
# value: <miniature/source/3>

INSERT DATA { <miniature/source/3> a prov:Entity }
