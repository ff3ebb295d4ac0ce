# expects: shape:section-named
# focus: <miniature>
# value: <miniature/measure/1-9>
# also: shape:item-named

DELETE { <miniature/measure/1-2> ?p ?o } INSERT { <miniature/measure/1-9> ?p ?o } WHERE { <miniature/measure/1-2> ?p ?o } ;
DELETE { ?s ?p <miniature/measure/1-2> } INSERT { ?s ?p <miniature/measure/1-9> } WHERE { ?s ?p <miniature/measure/1-2> }
