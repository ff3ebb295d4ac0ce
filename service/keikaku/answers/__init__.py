"""Questions that people ask of a release, and the answers."""
