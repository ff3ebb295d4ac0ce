# expects: shape:municipality-code
# focus: <../999997>
# also: shape:city-named
# also: shape:municipality-corporate-number

DELETE { <../999997> dcterms:identifier ?value } INSERT { <../999997> dcterms:identifier "99999" } WHERE { <../999997> dcterms:identifier ?value }
