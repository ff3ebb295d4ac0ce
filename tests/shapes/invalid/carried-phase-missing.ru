# expects: shape:carried-phases
# focus: <miniature>
# value: <miniature/item/1-1-1/2009>

DELETE DATA { <miniature/item/1-1-1/2009> kei:phase phase:検討 }
