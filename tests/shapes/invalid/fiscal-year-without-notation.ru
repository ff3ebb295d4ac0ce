# expects: shape:fiscal-year-notation
# focus: fy:2008

DELETE WHERE { fy:2008 skos:notation ?value }
