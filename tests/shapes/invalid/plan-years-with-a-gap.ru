# expects: shape:plan-years-unbroken
# focus: <miniature>
# value: fy:2009
# also: shape:period-of-years
# also: shape:statement-evidenced

INSERT DATA { <miniature> kei:planYear fy:2011 }
