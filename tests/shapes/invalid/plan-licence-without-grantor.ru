# expects: shape:plan-license-granted
# focus: <miniature>
# value: <https://creativecommons.org/licenses/by/4.0/>
# also: shape:statement-evidenced

INSERT DATA { <miniature> dcterms:license <https://creativecommons.org/licenses/by/4.0/> }
