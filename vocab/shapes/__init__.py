"""SHACL shapes of the application profile, one file for each kind of thing."""
