# expects: shape:area-six-digits
# focus: <https://w3id.org/keikaku/id/area/99999-20051001>
# value: "999897"

DELETE { <https://w3id.org/keikaku/id/area/99999-20051001> skos:notation ?old } INSERT { <https://w3id.org/keikaku/id/area/99999-20051001> skos:notation "999897" } WHERE { <https://w3id.org/keikaku/id/area/99999-20051001> skos:notation ?old }
