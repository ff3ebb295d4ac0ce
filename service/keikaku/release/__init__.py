"""Releases: folders that never change, and the shelf that they stand on."""
