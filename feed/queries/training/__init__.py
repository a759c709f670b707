"""THE ONE GATE: the only way by which what people said and made leaves for training.

`authors` says who agrees and may be read at all, `statuses` what of theirs, `quoting` what speaks with somebody else's
words, `dependents` whose records change when somebody else decides, `images`, `pairs` and `choices` what else is made of
statuses that passed. Nothing else of the house reads the feed for exports.
"""

from feed.queries.training.authors import UNIQUE, ConsentedAuthor, consented_author_table, consented_authors
from feed.queries.training.choices import Candidate, ConsentedChoice, consented_choices
from feed.queries.training.dependents import answered_statuses, answers_of, authors_of, quoting_statuses
from feed.queries.training.images import ConsentedImage, Picture, StoredImage, consented_images, picture_of
from feed.queries.training.pairs import ConsentedPair, answering_authors, consented_pairs
from feed.queries.training.quoting import quotes_in_words
from feed.queries.training.statuses import (
    STATUSES,
    ConsentedStatus,
    consented_single_statuses,
    consented_status_table,
    consented_statuses,
    eligible_statuses,
)

__all__ = [
    "STATUSES",
    "UNIQUE",
    "Candidate",
    "ConsentedAuthor",
    "ConsentedChoice",
    "ConsentedImage",
    "ConsentedPair",
    "ConsentedStatus",
    "Picture",
    "StoredImage",
    "answered_statuses",
    "answering_authors",
    "answers_of",
    "authors_of",
    "consented_author_table",
    "consented_authors",
    "consented_choices",
    "consented_images",
    "consented_pairs",
    "consented_single_statuses",
    "consented_status_table",
    "consented_statuses",
    "eligible_statuses",
    "picture_of",
    "quotes_in_words",
    "quoting_statuses",
]
