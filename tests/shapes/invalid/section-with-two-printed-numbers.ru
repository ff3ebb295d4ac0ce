# expects: shape:section-printed-number
# focus: <miniature/measure/1-2>
# also: shape:statement-evidenced

INSERT DATA { <miniature/measure/1-2> kei:printedNumber "（2）" }
