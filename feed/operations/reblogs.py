"""Reblogs: a row of its own that shows another's status to one's followers."""

from django.db import transaction
from django.db.models import F

from common import events
from common.after_commit import after_commit
from common.problems import NotAllowed, NotFound, Problem
from feed.jobs.announce import DELETE
from feed.jobs.counts import count
from feed.jobs.notices import notify
from feed.jobs.reblogs import end_reblog, locked
from feed.models import Notice, Profile, Status
from feed.operations.accounts import require_may_write
from feed.queries.statuses import original_id, target_for
from feed.queries.visibility import OPEN_VISIBILITIES
from feed.tasks import announce, fan_out

VISIBILITIES = (*OPEN_VISIBILITIES, Status.Visibility.PRIVATE)


def reblog(*, account_id: int, status_id: int, visibility: str = "", application_id: str = "") -> Status:
    """Show a status to one's own followers; twice gives the first reblog. A reblog's id stands for what it shows.

    `visibility` is public, unlisted or private, blank for the account's usual one; what is private stays so.
    Raises NotFound, NotAllowed (personhood, suspended; a direct status, another's private one, an author whom one blocks), Problem.
    """
    profile = require_may_write(account_id)
    if visibility and visibility not in VISIBILITIES:
        raise Problem(f"visibility is one of {', '.join(VISIBILITIES)}.", field="visibility")
    shown = target_for(status_id=status_id, account_id=account_id)
    own_private = shown.visibility == Status.Visibility.PRIVATE and shown.account_id == account_id
    if shown.visibility not in OPEN_VISIBILITIES and not own_private:
        raise NotAllowed("This action is not allowed")
    with transaction.atomic():
        # Held from here on, so that a status that is deleted meanwhile takes this reblog along.
        if locked(shown.pk) is None:
            raise NotFound("Record not found")
        made, is_new = Status.objects.get_or_create(
            account_id=account_id,
            reblog_of_id=shown.pk,
            deleted_at=None,
            defaults={
                "visibility": shown.visibility if own_private else visibility or _usual(profile),
                "made_by": shown.made_by,
                "for_training": False,
                "application_id": application_id,
            },
        )
        if not is_new:
            return made
        count(shown.pk, "reblogs_count", 1)
        Profile.objects.filter(pk=account_id).update(
            statuses_count=F("statuses_count") + 1, last_status_at=made.created_at
        )
        if shown.account_id != account_id:
            notify([_notice(shown, account_id)])
        events.record(
            "reblog.created",
            account_id=account_id,
            subject_id=shown.pk,
            data={"reblog_id": made.pk, "author_id": shown.account_id, "visibility": made.visibility},
        )
        # Where Redis does not answer, the reblog stands and the sweep brings it round.
        after_commit(fan_out.delay, made.pk)
    return made


def unreblog(*, account_id: int, status_id: int) -> None:
    """Take a reblog back, by its own id or that of what it shows; nothing happens where there is none."""
    with transaction.atomic():
        gone = end_reblog(account_id=account_id, shown_id=original_id(status_id))
        if gone is not None:
            after_commit(announce.delay, gone, DELETE)


def _usual(profile: Profile) -> str:
    return profile.default_visibility if profile.default_visibility in VISIBILITIES else Status.Visibility.PRIVATE


def _notice(shown: Status, account_id: int) -> Notice:
    return Notice(account_id=shown.account_id, kind=Notice.Kind.REBLOG, from_account_id=account_id, status_id=shown.pk)
