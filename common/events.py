"""Write to the event log, and read it without ever skipping a slow commit.

A sequence number is taken before its transaction commits, so "everything after number N" can miss a row for ever. A row
is read only once every transaction as old as its own has ended (`pg_snapshot_xmin`), and in the order of transactions:
what comes later then always sorts later.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection, transaction
from django.db.models import BooleanField, F, Func, Q, Value

from common.models import Cursor, Event


class Recorded(NamedTuple):
    """An event as it is read: of many thousands at a time, without what nobody asks for."""

    seq: int
    transaction: int
    kind: str
    account_id: int | None
    subject_id: int | None
    data: dict[str, Any]


class _OldestRunning(Func):
    template = "(pg_snapshot_xmin(pg_current_snapshot())::text::bigint)"
    arity = 0


def record(
    kind: str, *, account_id: int | None = None, subject_id: int | None = None, data: dict[str, Any] | None = None
) -> Event:
    """Append one event. Call it inside the transaction that makes the change.

    Raises RuntimeError outside a transaction: an event must not outlive or precede its change.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"The event {kind} was recorded outside a transaction.")
    return Event.objects.create(kind=kind, account_id=account_id, subject_id=subject_id, data=data or {})


def record_all(kind: str, rows: Iterable[tuple[int | None, int | None, dict[str, Any]]]) -> int:
    """Append an event for each (account id, subject id, data) at once; gives their number. As `record` otherwise."""
    if not connection.in_atomic_block:
        raise RuntimeError(f"Events {kind} were recorded outside a transaction.")
    made = [Event(kind=kind, account_id=account, subject_id=subject, data=data) for account, subject, data in rows]
    return len(Event.objects.bulk_create(made))


def read_after(*, position: tuple[int, int], limit: int, without: Collection[str] = ()) -> list[Recorded]:
    """Up to `limit` settled events after `position` (transaction, seq), in the order of their transactions.

    None of the kinds `without`.
    """
    events = Event.objects.filter(_place(">", position), transaction__lt=_OldestRunning())
    rows = events.order_by("transaction", "seq").values_list(*Recorded._fields)
    if without:
        rows = rows.exclude(kind__in=without)
    return [Recorded._make(row) for row in rows[:limit]]


def subjects_between(*, after: tuple[int, int], until: tuple[int, int], kinds: Collection[str]) -> dict[str, list[int]]:
    """{kind: subject ids} of the events of these kinds after one position, up to and including another settled one.

    For many thousands of events of which no more is asked.
    """
    events = Event.objects.filter(_place(">", after), _place("<=", until), kind__in=kinds, subject_id__isnull=False)
    return dict(events.order_by().values_list("kind").annotate(ids=ArrayAgg("subject_id")))


def unsettled_after(position: tuple[int, int], *, kinds: Collection[str]) -> list[Recorded]:
    """All events after a position whose kind begins with one of `kinds`, though before them others may still come."""
    begins = reduce(or_, (Q(kind__startswith=kind) for kind in kinds))
    rows = Event.objects.filter(_place(">", position), begins).values_list(*Recorded._fields)
    return [Recorded._make(row) for row in rows]


def settled_position() -> tuple[int, int]:
    """The position of the newest settled event: a reader that starts here has nothing behind it to read."""
    newest = Event.objects.filter(transaction__lt=_OldestRunning()).order_by("-transaction", "-seq").first()
    return (newest.transaction, newest.seq) if newest else (0, 0)


def _place(comparison: str, position: tuple[int, int]) -> Q:
    """Rows on one side of a position, as one comparison of two columns: PostgreSQL goes straight to the place in the index.

    Said with "or", it may read and sort everything behind the position for each batch of it.
    """
    row = f"(transaction, seq) {comparison} (%(expressions)s)"
    return Q(Func(*(Value(number) for number in position), template=row, output_field=BooleanField()))


@contextmanager
def consume(name: str, *, limit: int) -> Iterator[list[Recorded]]:
    """Read on from the cursor `name` and move it when the block ends without an error.

    The cursor is locked meanwhile; another process finds it locked and gets an empty list. The block runs in the
    cursor's own transaction: what it writes and the move happen together or not at all.
    """
    Cursor.objects.get_or_create(name=name)
    with transaction.atomic():
        cursor = Cursor.objects.select_for_update(skip_locked=True).filter(name=name).first()
        if cursor is None:
            yield []
            return
        events = read_after(position=(cursor.transaction, cursor.seq), limit=limit)
        yield events
        if events:
            cursor.transaction, cursor.seq = events[-1].transaction, events[-1].seq
            cursor.save()


def rebase() -> int:
    """Make the log readable in a cluster whose transaction numbers start lower, as after a logical restore.

    Gives the number of events rewritten. Run it while nothing else does.
    """
    with transaction.atomic():
        Cursor.objects.update(transaction=0)
        return Event.objects.exclude(transaction=0).update(transaction=F("transaction") * 0)
