"""What IRIs name: each leads to its document, as a page or as RDF."""
