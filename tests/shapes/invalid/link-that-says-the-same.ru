# expects: shape:link-relation
# focus: <link/wikidata/fedcba9876543210>

DELETE { <link/wikidata/fedcba9876543210> rdf:predicate ?value } INSERT { <link/wikidata/fedcba9876543210> rdf:predicate skos:exactMatch . <../999997> skos:exactMatch <http://www.wikidata.org/entity/Q0> . <link/wikidata> void:linkPredicate skos:exactMatch } WHERE { <link/wikidata/fedcba9876543210> rdf:predicate ?value } ;
DELETE DATA { <../999997> skos:closeMatch <http://www.wikidata.org/entity/Q0> }
