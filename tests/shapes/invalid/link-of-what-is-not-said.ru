# expects: shape:link-stands
# focus: <miniature>
# value: <link/wikidata/fedcba9876543210>

DELETE DATA { <../999997> skos:closeMatch <http://www.wikidata.org/entity/Q0> }
