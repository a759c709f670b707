"""Ends reblogs: one that its author takes back, and all of a status that goes.

Rows are locked in one order everywhere, so that no two requests wait for each other for ever: the status that is shown,
then its reblogs, then profiles by their ids. What is told to streams is up to the caller.
"""

from collections.abc import Iterable

from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from common import events
from feed.jobs.counts import count
from feed.models import Notice, Profile, Status


def locked(status_id: int) -> Status | None:
    """A status that is not deleted, its row locked until the transaction ends."""
    return Status.objects.select_for_update(no_key=True).filter(pk=status_id, deleted_at=None).first()


def end_reblog(*, account_id: int, shown_id: int) -> int | None:
    """Take back an account's reblog of the status `shown_id`, inside a transaction; gives its id, None where there is none."""
    # Whatever became of it: its row is locked first.
    Status.objects.select_for_update(no_key=True).filter(pk=shown_id).first()
    live = Status.objects.filter(account_id=account_id, reblog_of_id=shown_id, deleted_at=None)
    reblog = live.select_for_update(no_key=True).first()
    if reblog is None:
        return None
    reblog.deleted_at = timezone.now()
    reblog.save(update_fields=["deleted_at"])
    count(shown_id, "reblogs_count", -1)
    _uncount([account_id])
    Notice.objects.filter(kind=Notice.Kind.REBLOG, from_account_id=account_id, status_id=shown_id).delete()
    events.record("reblog.removed", account_id=account_id, subject_id=shown_id, data={"reblog_id": reblog.pk})
    return reblog.pk


def take_reblogs_along(status: Status) -> None:
    """End every reblog of a status that is deleted now: in that transaction, with its row locked, before any profile is changed."""
    live = Status.objects.filter(reblog_of=status, deleted_at=None).order_by("pk")
    rows = list(live.select_for_update(no_key=True).values_list("pk", "account_id"))
    if not rows:
        return
    Status.objects.filter(pk__in=[pk for pk, _ in rows]).update(deleted_at=timezone.now())
    _uncount({account_id for _, account_id in rows}, also_lock=[status.account_id])
    events.record_all(
        "reblog.removed",
        [(account_id, status.pk, {"reblog_id": pk, "with_status": True}) for pk, account_id in rows],
    )


def _uncount(account_ids: Iterable[int], *, also_lock: Iterable[int] = ()) -> None:
    changed = set(account_ids)
    profiles = Profile.objects.select_for_update(no_key=True).filter(pk__in=changed | set(also_lock))
    list(profiles.order_by("pk").values_list("pk"))
    Profile.objects.filter(pk__in=changed).update(statuses_count=Greatest(F("statuses_count") - 1, 0))
