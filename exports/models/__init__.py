"""Rows of the releases."""
