"""The list of items: its conditions, its search, its counts, and the list written out."""
