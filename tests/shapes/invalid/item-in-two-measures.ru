# expects: shape:item-measure
# focus: <miniature/item/1-1-2>
# also: shape:part-of
# also: shape:statement-evidenced

INSERT DATA { <miniature/item/1-1-2> kei:inMeasure <miniature/measure/1-2> }
