# expects: shape:listed-target-known
# focus: <miniature/overview/1-1-1>

DELETE { <miniature/overview/1-1-1> kei:listedTarget party:事業者 . ?evidence rdf:object party:事業者 }
INSERT { <miniature/overview/1-1-1> kei:listedTarget <party/無名の会> . ?evidence rdf:object <party/無名の会> }
WHERE { <miniature/overview/1-1-1> kei:listedTarget party:事業者 . ?evidence rdf:subject <miniature/overview/1-1-1> ; rdf:predicate kei:listedTarget ; rdf:object party:事業者 }
