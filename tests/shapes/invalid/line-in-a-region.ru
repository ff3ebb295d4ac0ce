# expects: shape:region-empty
# focus: <miniature>
# value: <miniature/source/1/line/19>

DELETE { <miniature/source/1/withheld/line-3> ?p ?o } INSERT { <miniature/source/1/withheld/line-19> ?p ?o } WHERE { <miniature/source/1/withheld/line-3> ?p ?o } ;
DELETE { <miniature/source/1/withheld/line-19> kei:line 3 } INSERT { <miniature/source/1/withheld/line-19> kei:line 19 } WHERE { <miniature/source/1/withheld/line-19> kei:line 3 }
