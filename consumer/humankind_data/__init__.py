"""Fetch, verify and keep up to date the training releases of a Humankind server."""

__version__ = "0.1.0"
