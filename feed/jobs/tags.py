"""Which hashtags a status holds, as rows: written when it is posted and again when it is edited."""

from collections.abc import Sequence

from feed.models import Status, StatusTag, Tag
from feed.models.tags import LONGEST_TAG
from feed.queries.hashtags import hashtags


def index_tags(status: Status) -> None:
    """Make the status's tag rows those of its text. Call it in the transaction that writes the text; twice does no harm."""
    names = _names(status)
    if status.edited_at is not None:
        StatusTag.objects.filter(status=status).exclude(name__in=names).delete()
    _write([(status.pk, name) for name in names])


def index_new(statuses: Sequence[Status]) -> None:
    """The same for many statuses that have no rows yet, in two queries."""
    _write([(status.pk, name) for status in statuses for name in _names(status)])


def _names(status: Status) -> list[str]:
    if status.reblog_of_id:
        return []
    return [name for name in hashtags(status.text) if len(name) <= LONGEST_TAG]


def _write(rows: Sequence[tuple[int, str]]) -> None:
    if not rows:
        return
    StatusTag.objects.bulk_create([StatusTag(status_id=pk, name=name) for pk, name in rows], ignore_conflicts=True)
    # In one order, so that two transactions with the same new tags wait for each other and never in a circle.
    made = [Tag(name=name) for name in sorted({name for _, name in rows})]
    Tag.objects.bulk_create(made, ignore_conflicts=True)
