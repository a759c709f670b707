"""Writes the tables that hold codes anew, so that their files no longer hold what was deleted.

PostgreSQL keeps a deleted row in its page until a vacuum, and even then may leave its bytes in the page's free space:
a plain VACUUM was measured to leave the newest row of a page. VACUUM FULL writes a new file of what is alive. It waits
until no older snapshot could still see the deleted rows, for it would copy those too.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

import structlog
from django.db import OperationalError, connection
from django.utils import timezone

from identity.jobs.locks import only_worker
from identity.models import ErasureReceipt, HeldCapture, HeldFrame, KeyEpoch, PendingCode, SecondOpinion, Template

log = structlog.get_logger(__name__)

# Every model with a code in it (tests/identity/test_erasure.py finds one that is missing here), and the held pictures.
REWRITTEN = (Template, SecondOpinion, PendingCode, HeldFrame, HeldCapture)
# Any number that no row of ours has as its id.
REWRITE = 4_120_000_102
# Nobody can be compared while it lasts (4 s at a million people), so it is done seldom, and never waits in line for long.
APART = timedelta(minutes=5)
WAIT_FOR_LOCK = "3s"
SEEN_BY_SOMEBODY = """
select exists (
    select from pg_stat_activity
    where pid <> pg_backend_pid() and backend_xmin is not null
        and age(backend_xmin) >= age((%(deleted)s::text::xid8)::xid)
    union all
    select from pg_replication_slots where xmin is not null and age(xmin) >= age((%(deleted)s::text::xid8)::xid)
    union all
    select from pg_prepared_xacts where age(transaction) >= age((%(deleted)s::text::xid8)::xid)
)
"""
# An epoch is emptied by many transactions, all before this time.
OPEN_SINCE = """
select exists (select from pg_stat_activity where pid <> pg_backend_pid() and xact_start <= %(emptied)s)
    or exists (select from pg_prepared_xacts where prepared <= %(emptied)s)
"""


def rewrite_after_erasures() -> bool:
    """Rewrite when an erasure or an emptied key epoch waits for it; True when it was done. Safe to run twice at once.

    Outside of any transaction, as VACUUM must be. Gives up, to be called again, while somebody reads an older snapshot,
    while the lock cannot be had within seconds, and within five minutes of the last time.
    """
    erasures = dict(ErasureReceipt.objects.filter(rewritten_at=None).values_list("pk", "transaction"))
    epochs = dict(KeyEpoch.objects.filter(emptied_at__isnull=False, rewritten_at=None).values_list("pk", "emptied_at"))
    if not (erasures or epochs) or _done_just_now():
        return False
    with only_worker(REWRITE) as ours:
        if not ours or _seen_by_somebody(erasures.values(), epochs.values()) or not rewrite():
            return False
    now = timezone.now()
    ErasureReceipt.objects.filter(pk__in=erasures).update(rewritten_at=now)
    KeyEpoch.objects.filter(pk__in=epochs).update(rewritten_at=now)
    return True


def rewrite() -> bool:
    """Rewrite every table that holds codes or pictures, now; False when a lock could not be had."""
    with connection.cursor() as cursor:
        try:
            cursor.execute("select set_config('lock_timeout', %s, false)", [WAIT_FOR_LOCK])
            for model in REWRITTEN:
                cursor.execute(f"vacuum (full) {connection.ops.quote_name(model._meta.db_table)}")
        except OperationalError as error:
            log.info("rewrite_waits", problem=str(error).splitlines()[0])
            return False
        finally:
            cursor.execute("reset lock_timeout")
    return True


def _done_just_now() -> bool:
    since = timezone.now() - APART
    return any(model._default_manager.filter(rewritten_at__gt=since).exists() for model in (ErasureReceipt, KeyEpoch))


def _seen_by_somebody(transactions: Collection[int], times: Collection[datetime | None]) -> bool:
    with connection.cursor() as cursor:
        seen = False
        if transactions:
            cursor.execute(SEEN_BY_SOMEBODY, {"deleted": max(transactions)})
            (seen,) = cursor.fetchone()
        if times and not seen:
            cursor.execute(OPEN_SINCE, {"emptied": max(time for time in times if time)})
            (seen,) = cursor.fetchone()
    if seen:
        log.info("rewrite_waits", problem="An older transaction is still open.")
    return bool(seen)
