"""What an account is told and where, for its archive."""

from collections.abc import Iterator

from django.db.models import F

from common.archive import ArchivePart, records_of
from feed.models import Notice, NotificationPermission, NotificationPolicy, PushSubscription


def notice_parts(account_id: int) -> Iterator[ArchivePart]:
    """Parts in the order in which they are written. The keys of a push subscription are its client's, and left out."""
    mine = {"account_id": account_id}
    notices = Notice.objects.filter(kind=Notice.Kind.MODERATION, **mine)
    yield ArchivePart(
        "moderation_notices", "What moderators told you.", records_of(notices, "id", "data", "created_at")
    )
    shown = tuple(field.name for field in NotificationPolicy._meta.fields if field.name.startswith("for_"))
    policy = NotificationPolicy.objects.filter(**mine)
    yield ArchivePart("notification_policy", "Whose notifications you want.", records_of(policy, *shown))
    permitted = NotificationPermission.objects.filter(**mine).annotate(username=F("from_account__username"))
    yield ArchivePart("notification_permissions", "Who may always notify you.", records_of(permitted, "username", "at"))
    pushed = PushSubscription.objects.filter(**mine)
    shown = ("endpoint", "alerts", "policy", "created_at")
    yield ArchivePart("push_subscriptions", "Where notifications are pushed to.", records_of(pushed, *shown))
