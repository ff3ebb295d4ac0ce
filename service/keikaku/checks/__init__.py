"""Is a plan's graph sound, and where does its document disagree with itself: reports, as data."""
