"""What things mean: terms, contexts, shapes, schemes; wire documents to models and quads."""
