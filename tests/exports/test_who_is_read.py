"""Everybody is asked about in one statement, and it says of each what the rules say that are asked one by one."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db.models import Min
from django.utils import timezone

from feed.models import Profile, TrainingHold
from feed.queries.training import ConsentedAuthor, consented_authors
from identity.models import Account, AgeDeclaration, Consent, Credential, PresenceDemand
from identity.queries.age import age_of
from identity.queries.consents import newest_receipts
from identity.queries.personhood import personhood_of

pytestmark = pytest.mark.django_db
PURPOSES = ("training_text", "training_replies")
POLICIES: tuple[dict[str, Any] | None, ...] = (
    None,
    {"any": [{"kind": "face", "newer_than_days": 20}, {"kind": "passkey", "level": "present"}]},
    {
        "all": [
            {"kind": "face", "level": "present"},
            {"any": [{"kind": "passkey", "level": "present", "newer_than_days": 30}, {"kind": "operator"}]},
        ]
    },
    {"kind": "world_id", "level": "simulated"},
)


class People:
    """Drawn at random, so that most may be read and every reason against it is there."""

    def __init__(self, seed: int, number: int) -> None:
        self.draw, self.now = Random(seed), timezone.now()
        self.accounts = [
            Account.objects.create(username=f"drawn_{place}", is_active=self.chance(0.95)) for place in range(number)
        ]
        about: list[Callable[[Account], object]] = [self.credentials, self.ages, self.consents, self.kept_out]
        for account in self.accounts:
            for tell in about:
                tell(account)

    def chance(self, share: float) -> bool:
        return self.draw.random() < share

    def ago(self) -> datetime:
        return self.now - timedelta(days=self.draw.randrange(1, 40))

    def credentials(self, account: Account) -> None:
        for _ in range(self.draw.choice((0, 1, 1, 2, 3, 4))):
            made = Credential.objects.create(
                account=account,
                kind=self.draw.choice(Credential.Kind.values),
                level=self.draw.choice(["unique", "unique", *Credential.Level.values]),
                method=f"method-{self.draw.randrange(5)}",
                # No two alike: of those the first that is found would speak.
                expires_at=self.now + timedelta(days=self.draw.randrange(-5, 30), seconds=self.draw.random()),
                ended_at=self.now if self.chance(0.1) else None,
            )
            Credential.objects.filter(pk=made.pk).update(issued_at=self.ago())

    def ages(self, account: Account) -> None:
        for _ in range(self.draw.choice((0, 1, 1, 1, 2, 3))):
            AgeDeclaration.objects.create(
                account=account,
                region="DE",
                over=self.draw.choice((16, 18, 18, 18)),
                met=self.chance(0.9),
                method=AgeDeclaration.Method.OVER,
                set_aside_at=self.now if self.chance(0.1) else None,
            )

    def consents(self, account: Account) -> None:
        for _ in range(self.draw.randrange(6)):
            Consent.objects.create(
                account=account,
                purpose=self.draw.choice(PURPOSES),
                given=self.chance(0.8),
                policy_version=str(self.draw.randrange(4)),
                text_sha256="0" * 64,
            )

    def kept_out(self, account: Account) -> None:
        if self.chance(0.9):
            Profile.objects.create(account=account, restriction="limited" if self.chance(0.05) else "")
        if self.chance(0.05):
            TrainingHold.objects.create(account=account, reason=TrainingHold.Reason.OPEN_CASE)
        if self.chance(0.1):
            PresenceDemand.objects.create(
                account=account,
                asked_by="test",
                reason="Are you there?",
                deadline=self.now + timedelta(days=self.draw.choice((-1, 1))),
                met_at=self.now if self.chance(0.5) else None,
            )


def one_by_one(purpose: str, account: Account) -> ConsentedAuthor | None:
    """What each rule says of one account, by its own query."""
    personhood = personhood_of([account.pk])[account.pk]
    receipt = newest_receipts([account.pk], purpose).get(account.pk)
    answers = newest_receipts([account.pk], "training_replies").get(account.pk)
    kept_out = (
        Profile.objects.filter(account=account).exclude(restriction="").exists()
        or TrainingHold.objects.filter(account=account).exists()
        or PresenceDemand.objects.filter(account=account, met_at=None).exists()
    )
    if kept_out or not receipt or not receipt.given or not age_of(account.pk).adult:
        return None
    if personhood.level != "unique" or not personhood.admitted:
        return None
    unique = Credential.objects.filter(account=account, level="unique")
    return ConsentedAuthor(
        account.pk,
        personhood.method,
        receipt.pk,
        receipt.policy_version,
        unique.aggregate(first=Min("issued_at"))["first"],
        bool(answers and answers.given),
    )


def test_one_statement_says_what_the_rules_say_one_by_one(settings: Any) -> None:
    people = People(seed=1, number=250).accounts
    half = {account.pk for account in people[::2]}
    for policy in POLICIES:
        settings.ADMISSION_POLICY = policy or settings.ADMISSION_POLICY
        for purpose in PURPOSES:
            told = {account.pk: one_by_one(purpose, account) for account in people}
            expected = {account_id: author for account_id, author in told.items() if author}
            assert 0 < len(expected) < len(people)
            assert consented_authors(purpose=purpose) == expected
            asked = consented_authors(purpose=purpose, account_ids=half)
            assert asked == {account_id: author for account_id, author in expected.items() if account_id in half}
            assert consented_authors(purpose=purpose, account_ids=[]) == {}
