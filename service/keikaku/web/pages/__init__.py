"""The pages that people read, one subject a module."""
