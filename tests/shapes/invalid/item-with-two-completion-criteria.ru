# expects: shape:item-completion-criterion
# focus: <miniature/item/1-1-1>
# also: shape:statement-evidenced

INSERT DATA { <miniature/item/1-1-1> kei:completionCriterion "二つ設けたときに完了とします。"@ja }
