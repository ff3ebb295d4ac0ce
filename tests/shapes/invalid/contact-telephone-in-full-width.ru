# expects: shape:contact-telephone
# focus: <miniature/contact>
# also: shape:text-in-cell

DELETE { <miniature/contact> schema:telephone ?value . ?evidence rdf:object ?value }
INSERT { <miniature/contact> schema:telephone "０００－０００－０００１" . ?evidence rdf:object "０００－０００－０００１" }
WHERE { <miniature/contact> schema:telephone ?value . ?evidence rdf:subject <miniature/contact> ; rdf:predicate schema:telephone ; rdf:object ?value }
