# expects: shape:city-named
# focus: <miniature>
# value: <../999997>
# also: shape:municipality-corporate-number

DELETE { <../999997> dcterms:identifier ?value } INSERT { <../999997> dcterms:identifier "352039" } WHERE { <../999997> dcterms:identifier ?value }
