# expects: shape:region-empty
# focus: <miniature>
# value: <miniature/source/1/cell/2-2-4>

DELETE { <miniature/source/1/withheld/2-1-6> kei:firstColumn 6 } INSERT { <miniature/source/1/withheld/2-1-6> kei:firstColumn 4 } WHERE { <miniature/source/1/withheld/2-1-6> kei:firstColumn 6 } ;
DELETE { <miniature/source/1/withheld/2-1-6> ?p ?o } INSERT { <miniature/source/1/withheld/2-1-4> ?p ?o } WHERE { <miniature/source/1/withheld/2-1-6> ?p ?o }
