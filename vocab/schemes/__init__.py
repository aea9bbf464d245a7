"""The lists of concepts that the vocabulary points into: regions, industries, languages, stages."""
