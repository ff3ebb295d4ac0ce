# expects: shape:fiscal-year-next
# focus: fy:2008
# also: shape:fiscal-year-interval

INSERT DATA { fy:2008 time:intervalMeets fy:2010 }
