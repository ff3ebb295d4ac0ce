"""The HTTP face: one application over a store."""
