"""The reconciliation service over HTTP (Reconciliation Service API 0.2)."""
