"""Names of others matched with the things of a release (Reconciliation Service API 0.2)."""
