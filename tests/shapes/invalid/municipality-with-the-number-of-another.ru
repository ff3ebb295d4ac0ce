# expects: shape:municipality-corporate-number
# focus: <../999997>
# value: "2000020352039"

DELETE { <../999997> org:identifier ?old } INSERT { <../999997> org:identifier "2000020352039" } WHERE { <../999997> org:identifier ?old }
