# expects: shape:item-other-target
# focus: <miniature/item/1-1-2>
# also: shape:statement-evidenced

INSERT DATA { <miniature/item/1-1-2> kei:otherTarget "中学生"@ja }
