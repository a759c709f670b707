"""Who is reading, and what it has had today."""

import datetime as dt

from django.db.models import Q, Sum
from django.utils import timezone

from common.problems import NotAllowed
from exports.models import Download, Recipient, RecipientKey


def recipient_of_client(oauth_client_id: str) -> Recipient | None:
    """The recipient that a client's tokens read for; None where the client is none's, or its key has ended."""
    live = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    key = RecipientKey.objects.filter(live, oauth_client_id=oauth_client_id).select_related("recipient").first()
    return key.recipient if key else None


def recipient_of_id(recipient_id: int) -> Recipient | None:
    """The recipient that a signed address was made for."""
    return Recipient.objects.filter(pk=recipient_id).first()


def require_reading(recipient: Recipient | None) -> Recipient:
    """The recipient itself; raises NotAllowed where there is none, or it is given nothing."""
    if recipient is None or not recipient.active:
        raise NotAllowed("This client is not a registered recipient of training data.", code="not_a_recipient")
    if recipient.suspended_at is not None:
        raise NotAllowed(
            "This recipient is suspended and is given nothing; the duty to delete what was retracted goes on.",
            code="suspended",
        )
    return recipient


def bytes_today(recipient: Recipient) -> int:
    """What it was given since midnight UTC."""
    downloads = Download.objects.filter(recipient=recipient, at__gte=_midnight())
    return int(downloads.aggregate(sum=Sum("bytes"))["sum"] or 0)


def seconds_to_midnight() -> int:
    """Until a day's allowance begins anew, in UTC."""
    return int((_midnight() + dt.timedelta(days=1) - timezone.now()).total_seconds()) + 1


def _midnight() -> dt.datetime:
    return timezone.now().astimezone(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
