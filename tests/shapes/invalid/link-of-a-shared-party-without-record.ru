# expects: shape:link-recorded
# focus: <miniature>
# value: party:市民

INSERT DATA { party:市民 skos:relatedMatch <http://www.wikidata.org/entity/Q1> }
