# expects: shape:label-in-both
# focus: <miniature/source/1/cell/2-4-2>

DELETE { <miniature/source/1/cell/2-4-2> rdfs:label ?text } WHERE { <miniature/source/1/cell/2-4-2> rdfs:label ?text . FILTER (LANG(?text) = "en") }
