"""Pages of statuses as bytes, for many callers at once (docs/decisions/0051-hot-reads.md).

The same rules as everywhere, in the same words: the conditions of `feed.queries.visibility` and the columns of
`feed.queries.overlay` are compiled once into prepared statements, and the JSON is what `feed.queries.rendering` makes.
"""
