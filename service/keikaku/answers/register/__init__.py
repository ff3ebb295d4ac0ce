"""The register of discrepancies (正誤表): which there are, and what is decided of them."""
