"""One worker at a time, told by a lock that PostgreSQL lets go of with the connection of a worker that died."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def alone(space: int, number: int) -> Iterator[bool]:
    """Whether nobody else holds `number` of `space` (a constant of the caller's); held until the block ends.

    The lock belongs to the session, so the work inside may have transactions of its own.
    """
    # Two 32-bit keys or one of 64; ids fill 63 bits, so the space is mixed in.
    key = (number ^ (space << 20)) & ((1 << 63) - 1)
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [key])
        held = bool(cursor.fetchone()[0])
    try:
        yield held
    finally:
        if held:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s)", [key])
