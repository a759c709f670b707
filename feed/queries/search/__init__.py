"""Search over accounts, statuses and hashtags, by PostgreSQL's full text search."""
