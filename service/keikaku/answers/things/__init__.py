"""What the pages of single things show beside their description, one subject a module."""
