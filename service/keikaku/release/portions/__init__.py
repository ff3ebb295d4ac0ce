"""A release's content in portions, so that what is held in memory is one of them, not the sum."""
