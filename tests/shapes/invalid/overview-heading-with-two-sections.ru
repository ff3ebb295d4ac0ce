# expects: shape:heading-section
# focus: <miniature/overview/1-1>
# also: shape:lists-item
# also: shape:lists-section

INSERT DATA { <miniature/overview/1-1> kei:listsSection <miniature/measure/1-2> }
