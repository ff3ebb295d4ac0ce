# expects: shape:municipality-check-digit
# focus: <../999997>
# value: "999991"
# also: shape:city-named
# also: shape:municipality-corporate-number

DELETE { <../999997> dcterms:identifier ?value } INSERT { <../999997> dcterms:identifier "999991" } WHERE { <../999997> dcterms:identifier ?value }
