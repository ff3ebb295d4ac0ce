# expects: shape:area-alone
# focus: <https://w3id.org/keikaku/id/area/99999-19700401>
# value: <https://w3id.org/keikaku/id/area/99999-20051001>

DELETE { <https://w3id.org/keikaku/id/area/99999-19700401> dcterms:valid ?old } INSERT { <https://w3id.org/keikaku/id/area/99999-19700401> dcterms:valid "2005-10-02"^^xsd:date } WHERE { <https://w3id.org/keikaku/id/area/99999-19700401> dcterms:valid ?old }
