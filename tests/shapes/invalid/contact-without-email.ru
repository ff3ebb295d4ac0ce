# expects: shape:contact-email
# focus: <miniature/contact>

DELETE WHERE {
  <miniature/contact> schema:email ?value .
  ?evidence rdf:subject <miniature/contact> ; rdf:predicate schema:email ; ?property ?object .
}
