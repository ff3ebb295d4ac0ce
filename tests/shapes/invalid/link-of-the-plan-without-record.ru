# expects: shape:link-recorded
# focus: <miniature>
# value: <miniature>
# also: shape:statement-evidenced

INSERT DATA { <miniature> rdfs:seeAlso <https://www.city.example.jp/other.html> }
