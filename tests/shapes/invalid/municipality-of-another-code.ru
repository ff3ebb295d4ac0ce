# expects: shape:city-named
# focus: <miniature>
# value: <../999997>

DELETE { <../999997> dcterms:identifier ?value } INSERT { <../999997> dcterms:identifier "352039" } WHERE { <../999997> dcterms:identifier ?value }
