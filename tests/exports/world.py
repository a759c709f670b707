"""People, recipients and releases for the tests of exports."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from django.conf import settings
from django.utils import timezone

from common import events
from exports.engines.folder import release_name
from exports.jobs.build_release import build_release
from exports.models import Dataset, Release
from exports.operations.recipient_keys import Registration
from exports.operations.recipients import create_dataset, register_recipient
from feed.models import Status
from feed.operations.accounts import register
from feed.operations.statuses import post_status
from identity.models import Account, Credential, Person
from identity.operations.account_deletion import delete_account
from identity.operations.age import declare_age
from identity.operations.consents import withdraw_consent
from identity.operations.passkeys.ownership import Proof
from tests.identity.world import consent

PURPOSE = "training_text"
_numbers = count(1)


def credential(account: Account) -> Credential:
    """What an enrolment ends in; the stories of enrolment are in tests/identity."""
    from django.db import transaction

    with transaction.atomic():
        made = Credential.objects.create(
            person=Person.objects.create(account=account),
            account=account,
            kind=Credential.Kind.FACE,
            level=Credential.Level.UNIQUE,
            method="face-gestures-1",
            expires_at=timezone.now() + timedelta(days=365),
        )
        events.record("credential.issued", account_id=account.pk, subject_id=made.pk)
    return made


def agree(account: Account, *purposes: str) -> None:
    """Consent to training, on text if nothing else is named."""
    for purpose in purposes or (PURPOSE,):
        consent(account.pk, purpose)


def withdraw(account: Account, purpose: str = PURPOSE) -> None:
    """Take it back."""
    withdraw_consent(account_id=account.pk, purpose=purpose)


def person(*, consents: bool = True) -> Account:
    """An admitted human."""
    number = next(_numbers)
    account = register(username=f"human_{number}", email=f"h{number}@humans.example", password="a-Long-passphrase-9")
    declare_age(account_id=account.pk, region="DE", over=18)
    credential(account)
    if consents:
        agree(account)
    return account


def leave(account: Account) -> None:
    """Delete the account."""
    delete_account(account_id=account.pk, username=account.username, proof=Proof(password="a-Long-passphrase-9"))


def say(account: Account, text: str, **options: Any) -> Status:
    """Post publicly."""
    return post_status(account_id=account.pk, text=text, **options)


def operator() -> Account:
    """Staff that may do everything."""
    number = next(_numbers)
    return Account.objects.create_superuser(f"operator_{number}", f"o{number}@humans.example", "a-Long-passphrase-9")


@dataclass
class Team:
    """A registered recipient with one dataset."""

    staff: Account = field(default_factory=operator)
    purpose: str = PURPOSE
    filter: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.registration: Registration = register_recipient(
            operator_id=self.staff.pk,
            name=f"Team {next(_numbers)}",
            contact="team@models.example",
            terms_version="1",
        )
        self.dataset: Dataset = create_dataset(
            operator_id=self.staff.pk,
            recipient_id=self.registration.recipient.pk,
            purpose=self.purpose,
            filter=self.filter,
        )

    @classmethod
    def of(cls, team: "Team", dataset: Dataset) -> "Team":
        """The same team with another of its datasets."""
        other = cls.__new__(cls)
        other.staff, other.registration, other.dataset = team.staff, team.registration, dataset
        other.purpose, other.filter = dataset.purpose, dataset.filter
        return other

    def another(self, purpose: str = "", *, name: str = "another") -> Dataset:
        """One more dataset of the same recipient, for this purpose or the same."""
        return create_dataset(
            operator_id=self.staff.pk,
            recipient_id=self.registration.recipient.pk,
            purpose=purpose or self.purpose,
            name=name,
        )

    def build(self) -> Release | None:
        """What a worker does."""
        return build_release(dataset_id=self.dataset.pk)

    def built(self) -> Release:
        """A release, which must come."""
        release = self.build()
        assert release is not None
        return release

    def newest(self) -> Release:
        """The newest release."""
        return Release.objects.filter(dataset=self.dataset).latest("number")

    def folder(self, number: int) -> Path:
        """Where a release lies."""
        return settings.EXPORT_ROOT / release_name(self.dataset.pk, number)

    def records(self, number: int) -> list[dict[str, Any]]:
        """Everything in a release."""
        files = sorted((self.folder(number) / "data").glob("*.parquet"))
        return [row for file in files for row in pq.read_table(file).to_pylist()]

    def texts(self, number: int) -> set[str]:
        """What a release's records say."""
        return {row["text"] for row in self.records(number)}

    def retractions(self, number: int) -> dict[str, str]:
        """{record id: reason}"""
        rows = pq.read_table(self.folder(number) / "retractions.parquet").to_pylist()
        return {row["record_id"]: row["reason"] for row in rows}


@dataclass
class Said:
    """One person and what she said; somebody else keeps the release from being empty."""

    author: Account
    status: Status


Change = Callable[[Said], object]
