# expects: shape:code-aligned
# focus: <miniature>
# value: <party/見本推進委員会>
# also: shape:involves

INSERT DATA { <party/見本推進委員会> skos:broadMatch party:事業者 }
