"""Rows as Mastodon's JSON: plain functions that make dicts, for rows loaded beforehand, without a query of their own."""
