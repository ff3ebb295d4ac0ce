# expects: shape:involves
# focus: <miniature>
# value: <miniature/item/1-1-2>

DELETE DATA { <miniature/item/1-1-2> kei:involves party:市民 }
