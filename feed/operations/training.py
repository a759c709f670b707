"""What goes into training: the author's word on one status, and what others hold back of an account."""

from collections.abc import Collection

from django.db import transaction

from common import events
from common.problems import NotFound, Problem
from feed.models import Profile, Status, TrainingHold


def set_for_training(*, account_id: int, status_id: int, for_training: bool) -> Status:
    """Say of one's own status whether it may be used for training, as far as the account agrees to that at all.

    No edit, so its history has no trace of it. It concerns oneself: whoever may not write may say so too. Raises
    NotFound; a reblog is not one's own.
    """
    with transaction.atomic():
        rows = Status.objects.select_for_update(no_key=True)
        status = rows.filter(pk=status_id, account_id=account_id, deleted_at=None, reblog_of=None).first()
        if status is None:
            raise NotFound("Record not found")
        mark_for_training(status, for_training)
    return status


def mark_for_training(status: Status, for_training: bool) -> None:
    """The same for a status that is locked already; call it in the transaction that locked it."""
    if status.for_training is for_training:
        return
    status.for_training = for_training
    status.save(update_fields=["for_training"])
    kind = "status.let_into_training" if for_training else "status.kept_from_training"
    events.record(kind, account_id=status.account_id, subject_id=status.pk)


def hold_training(*, account_id: int, reason: str) -> None:
    """Keep an account's words and pictures out of training from the next release on; twice changes nothing.

    Other reasons for a hold stand beside it. Call it as `settle_training_holds`; raises Problem for an unknown reason.
    """
    settle_training_holds(reason=reason, held=[account_id], among=[account_id])


def release_training(*, account_id: int, reason: str) -> None:
    """Let go of a hold; other reasons hold on. Without one nothing happens. Otherwise as `hold_training`."""
    settle_training_holds(reason=reason, held=[], among=[account_id])


def settle_training_holds(*, reason: str, held: Collection[int], among: Collection[int]) -> int:
    """Of the accounts `among` let exactly those in `held` be held for a reason; gives how many changed.

    Call it in the transaction of what is the reason, with the accounts locked. Accounts without a profile are left out.
    """
    _check(reason)
    known = TrainingHold.objects.filter(reason=reason, account_id__in=list(among))
    wanted = set(held) & set(among)
    were = set(known.values_list("account_id", flat=True))
    come = set(Profile.objects.filter(pk__in=wanted - were).values_list("pk", flat=True))
    gone = were - wanted
    if not come and not gone:
        return 0
    with transaction.atomic():
        TrainingHold.objects.bulk_create([TrainingHold(account_id=one, reason=reason) for one in sorted(come)])
        known.filter(account_id__in=gone).delete()
        data = {"reason": reason}
        events.record_all("training.held", [(one, one, data) for one in sorted(come)])
        events.record_all("training.released", [(one, one, data) for one in sorted(gone)])
    return len(come) + len(gone)


def _check(reason: str) -> None:
    if reason not in TrainingHold.Reason.values:
        raise Problem(f"A reason is one of {', '.join(TrainingHold.Reason.values)}.", field="reason")
