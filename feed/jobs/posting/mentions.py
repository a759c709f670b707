"""Writes whom a status speaks to, and tells them."""

from collections.abc import Sequence

from feed.jobs.notices import notify
from feed.models import Mention, Notice, Status
from feed.queries.visibility import OPEN_VISIBILITIES
from identity.models import Account


def mention(status: Status, accounts: Sequence[Account], *, parent: Status | None) -> None:
    """Mentions and their notices; whoever is answered openly is told too, mentioned or not."""
    Mention.objects.bulk_create([Mention(status=status, account=one) for one in accounts])
    spoken_to = {one.pk for one in accounts}
    if parent is not None and status.visibility in OPEN_VISIBILITIES:
        spoken_to.add(parent.account_id)
    _tell(status, spoken_to)


def mention_anew(status: Status, accounts: Sequence[Account]) -> None:
    """After an edit: those no longer named are no longer spoken to, and only the newly named are told."""
    before = set(Mention.objects.filter(status=status).values_list("account_id", flat=True))
    now = {one.pk for one in accounts}
    Mention.objects.filter(status=status, account_id__in=before - now).delete()
    Mention.objects.bulk_create([Mention(status=status, account_id=one) for one in sorted(now - before)])
    told = set(Notice.objects.filter(status=status, kind=Notice.Kind.MENTION).values_list("account_id", flat=True))
    _tell(status, now - before - told)


def _tell(status: Status, spoken_to: set[int]) -> None:
    notify(
        [
            Notice(account_id=one, kind=Notice.Kind.MENTION, from_account_id=status.account_id, status=status)
            for one in sorted(spoken_to - {status.account_id})
        ]
    )
