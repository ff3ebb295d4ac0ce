# expects: shape:evidence-position
# focus: <miniature/evidence/4f7b42c8441200ab>

DELETE { <miniature/evidence/4f7b42c8441200ab> kei:position ?value } INSERT { <miniature/evidence/4f7b42c8441200ab> kei:position 0 } WHERE { <miniature/evidence/4f7b42c8441200ab> kei:position ?value }
