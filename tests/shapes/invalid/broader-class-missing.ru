# expects: shape:superclasses
# focus: <miniature>
# value: <miniature/measure/1-1>

DELETE DATA { <miniature/measure/1-1> a kei:Section }
