"""Whose records a release has, by interval: written in two statements however many people changed."""

from django.db import connection

from common.id_sets import array_of
from exports.jobs.increment.build import Increment
from exports.models import Release

# Of those who had no records: a new interval. `unnest` takes the columns as arrays, so a statement names any number.
OPEN = """
    insert into exports_contribution (dataset_id, account_id, bucket, records, since)
    select %(dataset)s, account_id, bucket, records, %(number)s
    from unnest(%(accounts)s::bigint[], %(buckets)s::smallint[], %(records)s::integer[])
        as now (account_id, bucket, records)
    where records > 0 and not exists (
        select from exports_contribution as before
        where before.dataset_id = %(dataset)s and before.account_id = now.account_id and before.until is null
    )
"""
# Of those who had some: how many now, or the end of the interval.
CHANGE = """
    update exports_contribution as before
    set records = case when now.records > 0 then now.records else before.records end,
        until = case when now.records > 0 then null else %(number)s end
    from unnest(%(accounts)s::bigint[], %(records)s::integer[]) as now (account_id, records)
    where before.dataset_id = %(dataset)s and before.account_id = now.account_id and before.until is null
        and before.records <> now.records
"""


def note_contributions(row: Release, increment: Increment) -> None:
    """Note how many records each person has in this release who may have another number than before."""
    given: dict[str, int | str] = {
        "dataset": row.dataset_id,
        "number": row.number,
        "accounts": array_of(increment.contributions),
        "buckets": array_of(bucket for bucket, _ in increment.contributions.values()),
        "records": array_of(records for _, records in increment.contributions.values()),
    }
    with connection.cursor() as cursor:
        # First those who are there: who is new has the right number already.
        cursor.execute(CHANGE, given)
        cursor.execute(OPEN, given)
