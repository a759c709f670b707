"""What a caller may ask for: check and act together, write rows, nudge a worker after the commit."""
