# expects: shape:evidence-stands
# focus: <miniature>
# value: <miniature/evidence/4f7b42c8441200ab>
# also: shape:text-in-cell

DELETE { <miniature/evidence/4f7b42c8441200ab> kei:cell ?value } INSERT { <miniature/evidence/4f7b42c8441200ab> kei:cell <miniature/source/1/cell/4-4-2> } WHERE { <miniature/evidence/4f7b42c8441200ab> kei:cell ?value }
