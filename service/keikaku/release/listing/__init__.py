"""The index of a release's items, by which lists of them are narrowed down and searched."""
