"""Plans as typed records, read from the blocks of a document by the rules of a profile."""
