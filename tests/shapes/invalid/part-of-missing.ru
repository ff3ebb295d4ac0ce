# expects: shape:part-of
# focus: <miniature>
# value: <miniature/item/1-1-1>
# also: shape:item-named
# also: shape:item-numbered-by-place
# also: shape:item-positions

DELETE DATA { <miniature/item/1-1-1> kei:partOf <miniature/measure/1-1> . <miniature/item/1-1-1> dcterms:isPartOf <miniature/measure/1-1> }
