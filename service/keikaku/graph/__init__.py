"""Plans as RDF in named graphs: what is stated, and what rules conclude from it."""
