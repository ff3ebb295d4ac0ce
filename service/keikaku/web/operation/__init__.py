"""What a server on the open internet needs: limits, log, metrics, an orderly start and end."""
