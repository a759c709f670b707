"""HTTP: a view parses, makes one call, renders."""
