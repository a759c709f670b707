"""What a person is told reaches them, even when the mail server is away for a while."""

import socket
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from identity.jobs.notices import MOST_ATTEMPTS, mail_notice, sweep_notices, tell
from identity.models import Account, AccountNotice
from identity.queries.notices import in_words

pytestmark = pytest.mark.django_db
UNTIL = "2030-01-02T03:04:00+00:00"


def told(account: Account, kind: AccountNotice.Kind = AccountNotice.Kind.RECOVERY_STARTED) -> AccountNotice:
    notice = tell(account_id=account.pk, kind=kind, subject_id=7, data={"until": UNTIL})
    assert notice
    return notice


def due() -> list[int]:
    nudged: list[int] = []
    sweep_notices(nudge=nudged.append)
    return nudged


def test_a_letter_waits_for_the_mail_server_and_is_sent_once(settings: Any) -> None:
    notice = told(Account.objects.create(username="grace", email="grace@example.org"))
    ours = settings.EMAIL_BACKEND
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free.getsockname()[1]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert due() == [notice.pk]
    mail_notice(notice.pk)
    notice.refresh_from_db()
    assert (notice.mailed_at, notice.mail_attempts) == (None, 1)
    assert notice.mail_after > timezone.now()
    assert due() == []
    settings.EMAIL_BACKEND = ours
    AccountNotice.objects.update(mail_after=timezone.now() - timedelta(seconds=1))
    assert due() == [notice.pk]
    for _ in range(2):
        mail_notice(notice.pk)
    (letter,) = mail.outbox
    assert letter.to == ["grace@example.org"]
    assert "2 January 2030, 03:04" in str(letter.body) and "recoveries/stop?token=7:" in str(letter.body)
    assert due() == []


def test_it_is_told_once_and_given_up_at_last() -> None:
    grace = Account.objects.create(username="grace", email="grace@example.org")
    told(grace)
    assert tell(account_id=grace.pk, kind=AccountNotice.Kind.RECOVERY_STARTED, subject_id=7) is None
    AccountNotice.objects.update(mail_attempts=MOST_ATTEMPTS)
    assert due() == []


def test_without_an_address_the_devices_are_told_alone() -> None:
    notice = told(Account.objects.create(username="grace"))
    assert due() == []
    mail_notice(notice.pk)
    assert mail.outbox == []
    # The link that acts without a login is in letters alone.
    assert "recoveries/stop" not in in_words(notice).text


@pytest.mark.parametrize("kind", list(AccountNotice.Kind))
def test_every_notice_has_words(kind: AccountNotice.Kind) -> None:
    grace = Account.objects.create(username="grace", email="grace@example.org")
    words = in_words(told(grace, kind), by_mail=True)
    assert 10 < len(words.subject) < 120 and "\n" not in words.subject
    assert len(words.text) > 80 and "{" not in words.text and "&#" not in words.text


@pytest.mark.django_db(transaction=True)
def test_what_did_not_happen_is_not_told() -> None:
    grace = Account.objects.create(username="grace", email="grace@example.org")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        told(grace)
        raise ZeroDivisionError
    assert not AccountNotice.objects.exists()
