"""Deletes what a closed account was told of and where, and what others were told of it."""

from django.db.models import Q

from feed.models import Notice, NotificationPermission, NotificationPolicy, PushSubscription


def forget_notices(account_id: int) -> None:
    """Call it in the transaction that erases the account."""
    for model in (Notice, NotificationPermission):
        model.objects.filter(Q(account_id=account_id) | Q(from_account_id=account_id)).delete()
    for own in (NotificationPolicy, PushSubscription):
        own.objects.filter(account_id=account_id).delete()
