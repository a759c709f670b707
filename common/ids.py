"""Ids that sort by time, as Mastodon's do: 48 bits of milliseconds, then 16 bits of a sequence.

PostgreSQL makes them (`humankind_timestamp_id()`, in this app's first migration), so two processes never make the same.
"""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import connection, models
from django.db.models import Func


class TimestampId(Func):
    """`db_default` of a `TimestampIdField`."""

    function = "humankind_timestamp_id"
    arity = 0
    output_field = models.BigIntegerField()


if TYPE_CHECKING:
    _BigInteger = models.BigIntegerField[int, int]
else:
    _BigInteger = models.BigIntegerField


class TimestampIdField(_BigInteger):
    """A primary key of 63 bits that grows with time. Clients see it as a string of digits."""

    def __init__(self, **options: Any) -> None:
        options |= {"primary_key": True, "db_default": TimestampId(), "editable": False}
        super().__init__(**options)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, arguments, options = super().deconstruct()
        for fixed in ("primary_key", "db_default", "editable"):
            options.pop(fixed, None)
        return name, path, arguments, options


def new_ids(number: int) -> list[int]:
    """Ids for rows that are written in bulk: Django does not read back those that PostgreSQL makes there."""
    with connection.cursor() as cursor:
        cursor.execute("select humankind_timestamp_id() from generate_series(1, %s)", [number])
        return [int(row[0]) for row in cursor.fetchall()]


def smallest_id_at(moment: dt.datetime) -> int:
    """The smallest id that a row made at `moment` or later can have."""
    return int(moment.timestamp() * 1000) << 16


def moment_of(identifier: int) -> dt.datetime:
    """When the row with this id was made, to the millisecond, in UTC."""
    return dt.datetime.fromtimestamp((identifier >> 16) / 1000, tz=dt.UTC)
