"""Accounts that an account shows on its profile."""

from django.db import transaction

from common import events
from common.problems import NotFound, Problem
from feed.models import Endorsement, Follow, Profile
from feed.operations.accounts import require_may_write


def endorse(*, source_id: int, target_id: int) -> None:
    """Show somebody whom one follows; twice changes nothing. Raises NotFound, NotAllowed (personhood, suspended), Problem."""
    require_may_write(source_id)
    if not Profile.objects.filter(pk=target_id, account__is_active=True).exists():
        raise NotFound("Record not found")
    with transaction.atomic():
        # Held, so that it is not unfollowed at the same moment.
        follow = Follow.objects.select_for_update(no_key=True).filter(
            source_id=source_id, target_id=target_id, pending=False
        )
        if follow.first() is None:
            raise Problem(
                "Validation failed: Only somebody whom you follow can be shown on your profile", code="not_followed"
            )
        _, is_new = Endorsement.objects.get_or_create(source_id=source_id, target_id=target_id)
        if is_new:
            events.record("endorsement.created", account_id=source_id, subject_id=target_id)


def end_endorsement(*, source_id: int, target_id: int) -> None:
    """Show them no longer; nothing happens where they were not."""
    with transaction.atomic():
        deleted, _ = Endorsement.objects.filter(source_id=source_id, target_id=target_id).delete()
        if deleted:
            events.record("endorsement.removed", account_id=source_id, subject_id=target_id)
