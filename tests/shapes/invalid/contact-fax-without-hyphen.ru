# expects: shape:contact-fax
# focus: <miniature/contact>
# also: shape:text-in-cell

DELETE { <miniature/contact> schema:faxNumber ?value . ?evidence rdf:object ?value }
INSERT { <miniature/contact> schema:faxNumber "0000000002" . ?evidence rdf:object "0000000002" }
WHERE { <miniature/contact> schema:faxNumber ?value . ?evidence rdf:subject <miniature/contact> ; rdf:predicate schema:faxNumber ; rdf:object ?value }
