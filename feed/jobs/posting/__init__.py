"""Writes the rows of a new status, for the request that posts it and for the sweep that posts what was scheduled."""
