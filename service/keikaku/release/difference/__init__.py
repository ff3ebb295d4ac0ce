"""The difference of two releases: line by line, and in the language of plans."""
