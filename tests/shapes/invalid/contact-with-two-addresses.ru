# expects: shape:contact-address
# focus: <miniature/contact>
# also: shape:statement-evidenced

INSERT DATA { <miniature/contact> schema:address "見本市中央2番2号"@ja }
