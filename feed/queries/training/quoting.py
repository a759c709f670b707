"""What speaks with somebody else's words.

A status that quotes another by reference goes in where the quoted one could go in itself. Words that were copied into a
text carry no reference to whoever said them, so nobody can have agreed: such a text never goes in.
"""

import re

import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull

from feed.models import MediaAttachment, Status
from identity.queries.consents import agreed

# Characters between quotation marks from which on they hold a passage and no longer a word or a title.
PASSAGE = 60
# For RE2 (Arrow) and for `re` alike.
COPIED = "|".join(
    (
        r"(?:^|\n)[ \t]*(?:>|&gt;|＞)[ \t]*\S",  # a line as mail programs quote it
        r"(?:^|[\s(])(?:[Rr][Tt]|[Mm][Tt]|[Qq][Tt]|[Vv]ia|VIA|h/t)[ \t]*:?[ \t]*@[A-Za-z0-9_]",
        r"@[A-Za-z0-9_]+(?:@[A-Za-z0-9.-]+)?[ \t]+(?:said|says|wrote|writes|posted|asked|answered|replied)[ \t]*:",
        *(
            f"{opened}[^{opened}{closed}]{{{PASSAGE},}}{closed}"
            for opened, closed in (("“", "”"), ("„", "“"), ("«", "»"), ("»", "«"), ("「", "」"), ('"', '"'))
        ),
    )
)
_COPIED = re.compile(COPIED)


def quotes_in_words(texts: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Of each text whether it holds words that are marked as another's; of null, null."""
    return pc.match_substring_regex(texts, COPIED)


def quotes_somebody(text: str) -> bool:
    """The same of one text."""
    return _COPIED.search(text) is not None


def quoting_nobody_unasked(purpose: str) -> Q:
    """A condition on statuses: they quote nothing, or what could itself be used for `purpose`.

    What was quoted and is gone, with its author or without, was never agreed to by anybody who can still say so.
    """
    quoted = Status.objects.filter(
        pk=OuterRef("quote_of_id"),
        visibility=Status.Visibility.PUBLIC,
        deleted_at=None,
        withheld_at=None,
        for_training=True,
        account__is_active=True,
    )
    quoted = quoted.alias(agreed=agreed("account", purpose)).filter(agreed=True)
    return Q(quote_of=None, quote_state="") | there_is(quoted)


def there_is(rows: "QuerySet[Status] | QuerySet[MediaAttachment]") -> Q:
    """Whether there is one of these rows, which name the outer row, looked up for each row that comes to the question.

    PostgreSQL may answer an EXISTS that few rows come to by reading the whole table beforehand, for every statement anew.
    """
    return Q(IsNull(Subquery(rows.values("pk")[:1]), False))
