# expects: shape:municipality-kana
# focus: <../999997>

DELETE { <../999997> skos:altLabel ?old } INSERT { <../999997> skos:altLabel "見ほんし"@ja-hrkt } WHERE { <../999997> skos:altLabel ?old }
