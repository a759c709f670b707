"""What the author of a quoted status decides."""

from django.db import transaction

from common import events
from common.after_commit import after_commit
from common.problems import NotAllowed, NotFound
from feed.jobs.announce import EDIT
from feed.jobs.counts import count
from feed.models import Notice, Status
from feed.queries.quotes import ACCEPTED, REVOKED, checked_policy
from feed.queries.statuses import status_for
from feed.tasks import announce


def revoke_quote(*, account_id: int, status_id: int, quoting_id: int) -> None:
    """Let a status be shown no longer inside one that quotes it; twice changes nothing.

    Raises NotFound, NotAllowed for a status that is another's.
    """
    status = status_for(status_id=status_id, viewer_id=account_id)
    quoting = status_for(status_id=quoting_id, viewer_id=account_id)
    if quoting.quote_of_id != status.pk:
        raise NotFound("Record not found")
    _require_own(status, account_id)
    with transaction.atomic():
        Status.objects.select_for_update(no_key=True).filter(pk=status.pk).first()
        changed = Status.objects.filter(pk=quoting.pk, quote_state=ACCEPTED).update(quote_state=REVOKED)
        if not changed:
            return
        count(status.pk, "quotes_count", -1)
        Notice.objects.filter(account_id=account_id, kind=Notice.Kind.QUOTE, status_id=quoting.pk).delete()
        events.record("quote.revoked", account_id=account_id, subject_id=quoting.pk, data={"status_id": status.pk})
        after_commit(announce.delay, quoting.pk, EDIT)


def set_quote_policy(*, account_id: int, status_id: int, policy: str) -> None:
    """Say who may quote a status from now on; quotes that are there stay. Raises NotFound, NotAllowed, Problem."""
    status = status_for(status_id=status_id, viewer_id=account_id)
    _require_own(status, account_id)
    changed = checked_policy(policy, visibility=status.visibility)
    if changed != status.quote_policy:
        Status.objects.filter(pk=status.pk).update(quote_policy=changed)
        after_commit(announce.delay, status.pk, EDIT)


def _require_own(status: Status, account_id: int) -> None:
    if status.account_id != account_id:
        raise NotAllowed("This action is not allowed")
