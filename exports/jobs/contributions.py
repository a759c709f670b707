"""Whose records a release has, by interval: written in one statement however many people changed."""

from django.db import connection

from common.id_sets import array_of
from exports.jobs.increment.build import Increment
from exports.models import Release

# Of those who had some: how many now, or the end of the interval. Of the others, if they have some now: a new interval.
# `unnest` takes the columns as arrays, so the statement names any number.
NOTE = """
    with now as (
        select * from unnest(%(accounts)s::bigint[], %(buckets)s::smallint[], %(records)s::integer[])
            as given (account_id, bucket, records)
    ), changed as (
        update exports_contribution as before
        set records = case when now.records > 0 then now.records else before.records end,
            until = case when now.records > 0 then null else %(number)s end
        from now
        where before.dataset_id = %(dataset)s and before.account_id = now.account_id and before.until is null
            and before.records <> now.records
        returning before.account_id
    )
    insert into exports_contribution (dataset_id, account_id, bucket, records, since)
    select %(dataset)s, account_id, bucket, records, %(number)s
    from now
    where records > 0 and account_id not in (select account_id from changed) and not exists (
        select from exports_contribution as before
        where before.dataset_id = %(dataset)s and before.account_id = now.account_id and before.until is null
    )
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
        cursor.execute(NOTE, given)
