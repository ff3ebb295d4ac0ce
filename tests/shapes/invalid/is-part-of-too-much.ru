# expects: shape:is-part-of
# focus: <miniature>
# value: <miniature/item/1-1-1>

INSERT DATA { <miniature/item/1-1-1> dcterms:isPartOf <miniature/measure/1-2> }
