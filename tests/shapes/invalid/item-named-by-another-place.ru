# expects: shape:item-named
# focus: <miniature>
# value: <miniature/item/1-1-9>
# also: shape:entry-named

DELETE { <miniature/item/1-1-2> ?p ?o } INSERT { <miniature/item/1-1-9> ?p ?o } WHERE { <miniature/item/1-1-2> ?p ?o } ;
DELETE { ?s ?p <miniature/item/1-1-2> } INSERT { ?s ?p <miniature/item/1-1-9> } WHERE { ?s ?p <miniature/item/1-1-2> }
