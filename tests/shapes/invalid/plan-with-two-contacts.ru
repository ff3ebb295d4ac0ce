# expects: shape:plan-contact
# focus: <miniature>
# also: shape:statement-evidenced
# also: shape:contact-whole
# also: shape:contact-name

INSERT DATA { <miniature> schema:contactPoint <miniature/contact/2> . <miniature/contact/2> a schema:ContactPoint }
