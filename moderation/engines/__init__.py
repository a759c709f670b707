"""Plain-Python engines behind ports."""
