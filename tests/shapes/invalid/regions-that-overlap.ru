# expects: shape:regions-apart
# focus: <miniature>

INSERT { <miniature/source/1/withheld/2-9-7> ?p ?o ; kei:firstRow 9 ; kei:firstColumn 7 } WHERE { <miniature/source/1/withheld/2-1-6> ?p ?o . FILTER (?p NOT IN (kei:firstRow, kei:firstColumn)) }
