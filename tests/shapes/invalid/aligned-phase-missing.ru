# expects: shape:aligned-phases
# focus: <miniature>
# value: <miniature/item/1-1-2/2008>
# also: shape:statement-evidenced

INSERT DATA { <miniature/item/1-1-2/2008> kei:phase <phase/試行> }
