"""Whose records a release has, by interval: written in one statement however many people came and left."""

from django.db import connection

from common.id_sets import array_of
from exports.jobs.increment.people import People
from exports.models import Release

# `unnest` takes the columns as arrays, so the statement names any number.
NOTE = """
    with ended as (
        update exports_contribution as before
        set records = gone.records, until = %(number)s
        from unnest(%(left)s::bigint[], %(had)s::integer[]) as gone (account_id, records)
        where before.dataset_id = %(dataset)s and before.account_id = gone.account_id and before.until is null
    )
    insert into exports_contribution (dataset_id, account_id, since)
    select %(dataset)s, account_id, %(number)s
    from unnest(%(came)s::bigint[]) as new (account_id)
    where not exists (
        select from exports_contribution as before
        where before.dataset_id = %(dataset)s and before.account_id = new.account_id and before.until is null
    )
"""


def note_contributions(row: Release, people: People) -> None:
    """Note who has records for the first time in this release, and who has none any more."""
    given: dict[str, int | str | list[int | None]] = {
        "dataset": row.dataset_id,
        "number": row.number,
        "came": array_of(people.came),
        "left": array_of(people.left),
        "had": list(people.left.values()),
    }
    with connection.cursor() as cursor:
        cursor.execute(NOTE, given)
