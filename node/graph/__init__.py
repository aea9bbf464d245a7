"""The graph: what is public as RDF, and the queries about it."""
