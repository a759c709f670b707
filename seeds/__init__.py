"""The demo world and the load generator, built through operations."""
