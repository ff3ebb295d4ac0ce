# expects: shape:area-six-digits
# focus: <https://w3id.org/keikaku/id/area/99999-20051001>

DELETE { <https://w3id.org/keikaku/id/area/99999-20051001> skos:notation ?old } WHERE { <https://w3id.org/keikaku/id/area/99999-20051001> skos:notation ?old }
