# expects: shape:contact-email
# focus: <miniature/contact>

DELETE { <miniature/contact> schema:email ?value . ?evidence rdf:object ?value }
INSERT { <miniature/contact> schema:email "kyodo@city" . ?evidence rdf:object "kyodo@city" }
WHERE { <miniature/contact> schema:email ?value . ?evidence rdf:subject <miniature/contact> ; rdf:predicate schema:email ; rdf:object ?value }
