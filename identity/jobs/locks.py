"""PostgreSQL advisory locks: let go of by the server whenever the process that holds them ends, however it ends."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

# Any number that no row of ours has as its id.
DECISION = 4_120_000_101
VOUCHING = 4_120_000_102


@contextmanager
def only_worker(identifier: int) -> Iterator[bool]:
    """Hold the session's lock on a row's id while the block runs; yields False when another worker holds it."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [identifier])
        (held,) = cursor.fetchone()
    try:
        yield held
    finally:
        if held and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s)", [identifier])


def is_free(identifier: int) -> bool:
    """Whether no worker holds the lock of this id at the moment."""
    with only_worker(identifier) as held:
        return held


def one_decision_at_a_time() -> None:
    """Wait for the lock under which every decision is made; it ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [DECISION])


def one_vouch_at_a_time() -> None:
    """Wait for the lock under which the vouch graph grows; it ends with the transaction.

    Words at the same instant could else close a ring that each of them alone does not.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [VOUCHING])
