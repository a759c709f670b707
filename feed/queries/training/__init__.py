"""THE ONE GATE: the only way by which what people said and made leaves for training.

`authors` says who agrees and may be read at all, `statuses` what of theirs, `quoting` what speaks with somebody else's
words, `dependents` whose records change when somebody else decides. Nothing else of the house reads the feed for exports.
"""

from feed.queries.training.authors import ConsentedAuthor, consented_authors
from feed.queries.training.dependents import authors_of, quoting_authors
from feed.queries.training.quoting import quotes_in_words
from feed.queries.training.statuses import (
    STATUSES,
    ConsentedStatus,
    consented_status_table,
    consented_statuses,
    eligible_statuses,
)

__all__ = [
    "STATUSES",
    "ConsentedAuthor",
    "ConsentedStatus",
    "authors_of",
    "consented_authors",
    "consented_status_table",
    "consented_statuses",
    "eligible_statuses",
    "quotes_in_words",
    "quoting_authors",
]
