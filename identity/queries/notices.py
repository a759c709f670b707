"""What a person was told, and in which words."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.dateparse import parse_datetime

from identity.models import AccountNotice
from identity.queries.stop_links import stop_link


@dataclass(frozen=True, slots=True)
class Words:
    """A notice as it is read."""

    subject: str
    text: str


def notices_of(*, account_id: int) -> QuerySet[AccountNotice]:
    """Every notice to one account."""
    return AccountNotice.objects.filter(account_id=account_id).select_related("account")


def in_words(notice: AccountNotice, *, by_mail: bool = False) -> Words:
    """The notice in words; only the letter carries the link that stops a recovery without signing in.

    The first line of `identity/templates/notices/KIND.txt` is the subject.
    """
    context = {
        "username": notice.account.username,
        "url": settings.PUBLIC_URL,
        "host": settings.HOSTNAME,
        "until": parse_datetime(notice.data["until"]) if "until" in notice.data else None,
        "data": notice.data,
    }
    if by_mail and notice.kind == AccountNotice.Kind.RECOVERY_STARTED:
        context["link"] = stop_link(notice.subject_id)
    subject, _, text = render_to_string(f"notices/{notice.kind}.txt", context).partition("\n")
    return Words(subject.strip(), text.strip() + "\n")
