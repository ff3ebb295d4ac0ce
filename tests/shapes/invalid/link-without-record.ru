# expects: shape:link-recorded
# focus: <miniature>
# value: <department/協働課>

INSERT DATA { <department/協働課> skos:closeMatch <http://www.wikidata.org/entity/Q1> }
