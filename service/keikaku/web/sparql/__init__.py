"""The SPARQL endpoint: protocol, results, their cache, and its page."""
