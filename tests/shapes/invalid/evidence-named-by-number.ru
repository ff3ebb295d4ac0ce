# expects: shape:evidence-named
# focus: <miniature/evidence/1>

DELETE { <miniature/evidence/4f7b42c8441200ab> ?p ?o } INSERT { <miniature/evidence/1> ?p ?o } WHERE { <miniature/evidence/4f7b42c8441200ab> ?p ?o } ;
DELETE { ?s ?p <miniature/evidence/4f7b42c8441200ab> } INSERT { ?s ?p <miniature/evidence/1> } WHERE { ?s ?p <miniature/evidence/4f7b42c8441200ab> }
