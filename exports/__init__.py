"""Consented, human-verified training data."""
