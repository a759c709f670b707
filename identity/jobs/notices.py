"""Tells a person about their own account: a row that every signed-in device sees, and an e-mail made from it."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from smtplib import SMTPException
from typing import Any

import structlog
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from common import events
from identity.models import AccountNotice
from identity.queries.notices import in_words

log = structlog.get_logger(__name__)

FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=6)
# At six hours each the last tries lie a week after the first.
MOST_ATTEMPTS = 36


def tell(
    *, account_id: int, kind: AccountNotice.Kind, subject_id: int, data: dict[str, Any] | None = None
) -> AccountNotice | None:
    """Write the notice; None when the same was told already. Call it inside the transaction of what it tells of."""
    notice, new = AccountNotice.objects.get_or_create(
        account_id=account_id, kind=kind, subject_id=subject_id, defaults={"data": data or {}}
    )
    if not new:
        return None
    events.record("notice.told", account_id=account_id, subject_id=notice.pk, data={"kind": kind.value})
    return notice


def tell_all(*, kind: AccountNotice.Kind, subjects: Iterable[tuple[int, int]]) -> int:
    """Tell many accounts, (account id, subject id), in a constant number of queries; gives how many had not been told."""
    wanted = set(subjects)
    known = AccountNotice.objects.filter(kind=kind, account_id__in=[account_id for account_id, _ in wanted])
    before = {(notice.account_id, notice.subject_id) for notice in known.all()}
    fresh = wanted - before
    AccountNotice.objects.bulk_create(
        [AccountNotice(account_id=account_id, kind=kind, subject_id=subject) for account_id, subject in fresh]
    )
    # Ids are the database's own, so they are read back.
    made = [notice for notice in known.all() if (notice.account_id, notice.subject_id) in fresh]
    events.record_all("notice.told", [(notice.account_id, notice.pk, {"kind": kind.value}) for notice in made])
    return len(made)


def mail_notice(notice_id: int) -> None:
    """Send one notice, or note when to try again. Nothing when it was sent, or another worker is at it.

    A worker that dies between the server's answer and the commit leaves the letter to be sent twice: better than never.
    """
    with transaction.atomic():
        waiting = AccountNotice.objects.select_for_update(skip_locked=True, of=("self",)).select_related("account")
        notice = waiting.filter(pk=notice_id, mailed_at=None).exclude(account__email="").first()
        if notice is None:
            return
        letter = in_words(notice, by_mail=True)
        try:
            EmailMessage(letter.subject, letter.text, to=[notice.account.email]).send()
        except (OSError, SMTPException) as error:
            notice.mail_attempts += 1
            wait = min(FIRST_WAIT * 2 ** min(notice.mail_attempts, 12), LONGEST_WAIT)
            notice.mail_after = timezone.now() + wait
            notice.save(update_fields=["mail_attempts", "mail_after"])
            # An SMTP error may quote the address.
            log.warning("notice_not_mailed", notice_id=notice.pk, error=type(error).__name__)
            return
        notice.mailed_at = timezone.now()
        notice.save(update_fields=["mailed_at"])


def sweep_notices(*, nudge: Callable[[int], object], limit: int = 500) -> None:
    """Nudge every letter whose time has come."""
    due = AccountNotice.objects.filter(mailed_at=None, mail_after__lte=timezone.now(), mail_attempts__lt=MOST_ATTEMPTS)
    for notice_id in due.exclude(account__email="").order_by("mail_after").values_list("pk", flat=True)[:limit]:
        nudge(notice_id)
