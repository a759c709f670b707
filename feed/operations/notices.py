"""What an account does with its notifications. These concern nobody else, so they need no personhood."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from common.problems import NotFound, Problem
from feed.models import Notice, NotificationPermission, NotificationPolicy
from feed.queries.notice_groups import UNGROUPED
from feed.queries.notification_requests import filtered_of


def dismiss_notice(*, account_id: int, notice_id: int) -> None:
    """Delete one. Raises NotFound."""
    deleted, _ = Notice.objects.filter(account_id=account_id, pk=notice_id).delete()
    if not deleted:
        raise NotFound("Record not found")


def dismiss_group(*, account_id: int, group_key: str) -> None:
    """Delete all of a group; nothing happens where there is none."""
    rows = Notice.objects.filter(account_id=account_id)
    number = group_key.removeprefix(UNGROUPED)
    if group_key.startswith(UNGROUPED) and number.isascii() and number.isdigit() and len(number) < 19:
        rows.filter(pk=int(number)).delete()
    else:
        rows.filter(group_key=group_key).exclude(group_key="").delete()


def clear_notices(*, account_id: int) -> None:
    """Delete all."""
    Notice.objects.filter(account_id=account_id).delete()


def set_policy(*, account_id: int, choices: Mapping[str, str]) -> NotificationPolicy:
    """Change parts of the policy; what is held back already stays so. Raises Problem for a choice that there is not."""
    for name, choice in choices.items():
        if choice not in NotificationPolicy.Choice.values:
            raise Problem(f"{name} is one of {', '.join(NotificationPolicy.Choice.values)}.", field=name)
    with transaction.atomic():
        policy, _ = NotificationPolicy.objects.select_for_update().get_or_create(account_id=account_id)
        for name, choice in choices.items():
            setattr(policy, name, choice)
        policy.save()
    return policy


def accept_requests(*, account_id: int, sender_ids: Sequence[int]) -> None:
    """Let these notify from now on, and show what was held back of theirs. Raises NotFound where nothing is."""
    with transaction.atomic():
        held = _held(account_id, sender_ids)
        NotificationPermission.objects.bulk_create(
            [NotificationPermission(account_id=account_id, from_account_id=one) for one in held], ignore_conflicts=True
        )
        filtered_of(account_id).filter(from_account_id__in=held).update(filtered=False)


def dismiss_requests(*, account_id: int, sender_ids: Sequence[int]) -> None:
    """Delete what was held back of these; the policy goes on holding for them. Raises NotFound where nothing is."""
    with transaction.atomic():
        filtered_of(account_id).filter(from_account_id__in=_held(account_id, sender_ids)).delete()


def _held(account_id: int, sender_ids: Sequence[int]) -> list[int]:
    rows = filtered_of(account_id).filter(from_account_id__in=sender_ids)
    held = sorted(set(rows.values_list("from_account_id", flat=True)))
    if not held:
        raise NotFound("Record not found")
    return [int(one) for one in held if one is not None]
