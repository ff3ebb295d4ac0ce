# expects: shape:entry-named
# focus: <miniature>
# value: <miniature/item/1-1-2/H21>

DELETE { <miniature/item/1-1-2/2009> ?p ?o } INSERT { <miniature/item/1-1-2/H21> ?p ?o } WHERE { <miniature/item/1-1-2/2009> ?p ?o } ;
DELETE { ?s ?p <miniature/item/1-1-2/2009> } INSERT { ?s ?p <miniature/item/1-1-2/H21> } WHERE { ?s ?p <miniature/item/1-1-2/2009> }
