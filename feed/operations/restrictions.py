"""What a moderation decision does to a status or an account. Each takes effect with the next read, and can be undone."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from common import events
from common.after_commit import after_commit
from common.problems import NotFound, Problem
from feed.jobs.announce import DELETE
from feed.jobs.counts import count, counted_by
from feed.jobs.notices import notify
from feed.models import Notice, Profile, Status
from feed.tasks import announce


def withhold_status(*, status_id: int, notice: dict[str, Any] | None) -> None:
    """Show a status to nobody but its author. `notice`, the statement of reasons, goes to the author. Raises NotFound.

    Withheld twice changes nothing, but a notice that is given is delivered.
    """
    _change(status_id, withhold=True, notice=notice)


def restore_status(*, status_id: int, notice: dict[str, Any] | None = None) -> None:
    """Show a withheld status again. Raises NotFound."""
    _change(status_id, withhold=False, notice=notice)


def restrict_account(*, account_id: int, restriction: str, notice: dict[str, Any] | None) -> None:
    """Set an account's restriction: `limited`, `suspended`, or empty for none. Raises NotFound, Problem."""
    if restriction not in Profile.Restriction.values:
        raise Problem("A restriction is limited, suspended or empty.", field="restriction")
    with transaction.atomic():
        profile = Profile.objects.select_for_update(no_key=True).filter(pk=account_id).first()
        if profile is None:
            raise NotFound("Record not found")
        if profile.restriction != restriction:
            profile.restriction = restriction
            profile.save(update_fields=["restriction"])
            kind = "account.restricted" if restriction else "account.unrestricted"
            events.record(kind, account_id=account_id, subject_id=account_id, data={"restriction": restriction})
        _tell(account_id, notice, status_id=None)


def lift_restriction(*, account_id: int, notice: dict[str, Any] | None = None) -> None:
    """Take an account's restriction away. Raises NotFound."""
    restrict_account(account_id=account_id, restriction=Profile.Restriction.NONE, notice=notice)


def _change(status_id: int, *, withhold: bool, notice: dict[str, Any] | None) -> None:
    with transaction.atomic():
        status = Status.objects.select_for_update(no_key=True).filter(pk=status_id).first()
        if status is None:
            raise NotFound("Record not found")
        if withhold is (status.withheld_at is None):
            if parent_id := counted_by(status):
                count(parent_id, "replies_count", -1)
            status.withheld_at = timezone.now() if withhold else None
            status.save(update_fields=["withheld_at"])
            if parent_id := counted_by(status):
                count(parent_id, "replies_count", 1)
            kind = "status.withheld" if withhold else "status.restored"
            events.record(kind, account_id=status.account_id, subject_id=status.pk)
            if withhold:
                after_commit(announce.delay, status.pk, DELETE)
        _tell(status.account_id, notice, status_id=status.pk)


def _tell(account_id: int, notice: dict[str, Any] | None, *, status_id: int | None) -> None:
    if notice is not None:
        notify([Notice(account_id=account_id, kind=Notice.Kind.MODERATION, status_id=status_id, data=notice)])
