# expects: shape:row-unheaded-mark
# focus: <miniature/overview/1-1-2>
# also: shape:statement-evidenced

INSERT DATA { <miniature/overview/1-1-2> kei:unheadedMark <miniature/source/1/line/19> }
