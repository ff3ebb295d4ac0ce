# expects: shape:evidence-stands
# focus: <miniature>
# value: <miniature/evidence/4f7b42c8441200ab>

DELETE { <miniature/evidence/4f7b42c8441200ab> rdf:object ?value } INSERT { <miniature/evidence/4f7b42c8441200ab> rdf:object "拠点"@ja } WHERE { <miniature/evidence/4f7b42c8441200ab> rdf:object ?value }
