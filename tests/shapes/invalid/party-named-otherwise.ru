# expects: shape:code-named
# focus: <miniature>
# value: party:市民活動団体

DELETE DATA { party:市民活動団体 rdfs:label "市民活動団体"@ja } ;
INSERT DATA { party:市民活動団体 rdfs:label "NPO"@ja }
