# expects: shape:link-note
# focus: <miniature/link/pages/0123456789abcdef>

INSERT DATA { <miniature/link/pages/0123456789abcdef> rdfs:comment "もう一つの注記。"@ja }
