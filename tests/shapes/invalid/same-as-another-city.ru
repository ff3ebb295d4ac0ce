# expects: shape:no-same-as
# focus: <../999997>

INSERT DATA { <../999997> owl:sameAs <http://www.wikidata.org/entity/Q0> }
