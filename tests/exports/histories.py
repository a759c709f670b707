"""Three people and what happens to them: each step is one thing that somebody does, or that is done to somebody."""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from feed.jobs.erase_closed import erase_closed_accounts
from feed.models import MediaAttachment, Profile, Status, TrainingHold
from feed.operations.edits import MediaChange, edit_status
from feed.operations.quotes import revoke_quote
from feed.operations.restrictions import lift_restriction, restore_status, restrict_account, withhold_status
from feed.operations.statuses import delete_status
from feed.operations.training import hold_training, release_training, set_for_training
from identity.engines.attestation import Attestation
from identity.jobs.credentials import issue
from identity.models import Account, Credential, PresenceDemand
from identity.operations.presence import demand_presence, waive_demands
from identity.operations.reverification import require_reverification, waive_reverification
from identity.queries.consents import has_consent
from identity.queries.personhood import personhood_of
from tests.exports.pictures import drawing, uploaded
from tests.exports.world import agree, leave, person, say, withdraw

# People say the same, and nearly the same: the first is near the second and that near the third, but the first is not
# near the third.
TEXTS = (
    "The harbour was quiet this morning, and the boats came back before the rain began to fall",
    "The harbour was quiet this morning, and the boats came back before the rain began to fall again",
    "The harbour was quiet this morning, and the boats came back before the rain began to fall again on us all",
    "Nobody told me that a sourdough starter needs a name, but mine is called Bartholomew now",
    "Every library I ever loved had a cat in it somewhere: ask catlover@shelves.example about the books",
)
PEOPLE = 3
# What chooses among texts, and among what there is, at once.
NUMBERS = len(TEXTS) * 6
DRAWINGS = 3
FACE = Attestation(kind=Credential.Kind.FACE, level=Credential.Level.UNIQUE, method="face-gestures-1")


class People:
    """Admitted adults who agreed to everything in `purposes`."""

    def __init__(self, *purposes: str) -> None:
        self.purposes = purposes
        self.people = [self.newcomer() for _ in range(PEOPLE)]
        self.everybody = list(self.people)

    def do(self, action: str, who: int, number: int) -> None:
        """One step; nothing happens where there is nothing to do it with."""
        step: Callable[[Account, int], None] = getattr(self, action)
        step(self.people[who], number)

    def newcomer(self) -> Account:
        account = person(consents=False)
        agree(account, *self.purposes)
        return account

    def agreement(self, account: Account, number: int) -> None:
        purpose = self.purposes[number % len(self.purposes)]
        withdraw(account, purpose) if has_consent(account.pk, purpose) else agree(account, purpose)

    def leave(self, account: Account, number: int) -> None:
        """Somebody new takes the place of who left, whose words are erased at once or by and by."""
        leave(account)
        newcomer = self.newcomer()
        self.people[self.people.index(account)] = newcomer
        self.everybody.append(newcomer)
        if number % 2:
            erase_closed_accounts()

    def statuses(self, *conditions: Q, **fields: object) -> "QuerySet[Status]":
        """Those that nobody deleted, oldest first."""
        ids = [account.pk for account in self.everybody]
        return Status.objects.filter(*conditions, account__in=ids, deleted_at=None, **fields).order_by("pk")


class Writing(People):
    """What they post. Who may not write at the time does not."""

    def begin(self, *, pictures: bool) -> None:
        """Each says something, answers the next one and quotes the one before; too short to be compared, so all goes in."""
        first = [
            say(account, f"I am number {number}.", **self._shown_with(account, number, pictures))
            for number, account in enumerate(self.people)
        ]
        for number, account in enumerate(self.people):
            to = first[(number + 1) % PEOPLE].pk
            say(account, f"{number} answers.", in_reply_to_id=to, **self._shown_with(account, number + 1, pictures))
            if not pictures:
                say(account, f"{number} quotes.", quoted_status_id=first[number - 1].pk)

    def say(self, account: Account, number: int) -> None:
        self._post(account, number)

    def answer(self, account: Account, number: int) -> None:
        if to := _one(self._shown(), number):
            self._post(account, number, in_reply_to_id=to.pk)

    def quote(self, account: Account, number: int) -> None:
        if quoted := _one(self._shown(), number):
            self._post(account, number, quoted_status_id=quoted.pk)

    def revoke(self, account: Account, number: int) -> None:
        quoting = self._shown().filter(quote_state="accepted", quote_of__in=self._shown().values("pk"))
        if (one := _one(quoting, number)) and one.quote_of:
            revoke_quote(account_id=one.quote_of.account_id, status_id=one.quote_of.pk, quoting_id=one.pk)

    def picture(self, account: Account, number: int) -> None:
        """A new one of a few drawings, or one that an edit or a deletion left behind."""
        if not _may_write(account):
            return
        free = MediaAttachment.objects.filter(Q(status=None) | Q(status__deleted_at__isnull=False), account=account)
        left = free.filter(Q(status=None) | Q(status__withheld_at=None)).order_by("pk").first()
        media = left or uploaded(account, drawing(number % DRAWINGS, size=(60, 45)), alt=_text(number // 2))
        self._post(account, number, media_ids=[media.pk])

    def edit(self, account: Account, number: int) -> None:
        """Every third edit takes its pictures away, and every other one describes them anew."""
        status = _one(self.statuses(account=account), number)
        if status is None or not _may_write(account):
            return
        media = [one.pk for one in status.media.all()] if number % 3 else []
        changes = {one: MediaChange(description=_text(number // 3)) for one in media if number % 2}
        text = _text(number)
        edit_status(
            account_id=account.pk, status_id=status.pk, text=text, media_ids=media, media_changes=changes or None
        )

    def delete(self, account: Account, number: int) -> None:
        if status := _one(self.statuses(account=account), number):
            delete_status(account_id=account.pk, status_id=status.pk)

    def keep_back(self, account: Account, number: int) -> None:
        if status := _one(self.statuses(account=account), number):
            set_for_training(account_id=account.pk, status_id=status.pk, for_training=not status.for_training)

    def _shown_with(self, account: Account, number: int, pictures: bool) -> dict[str, list[int]]:
        media = (
            uploaded(account, drawing(number % DRAWINGS, size=(60, 45)), alt=f"Drawing {number}.") if pictures else None
        )
        return {"media_ids": [media.pk]} if media else {}

    def _post(self, account: Account, number: int, **options: object) -> None:
        if _may_write(account):
            say(account, _text(number), **options)

    def _shown(self) -> "QuerySet[Status]":
        return self.statuses(withheld_at=None, account__is_active=True)


class Deciding(People):
    """What is decided about them: each a second time is its end."""

    def withhold(self, account: Account, number: int) -> None:
        if status := _one(self.statuses(), number):
            if status.withheld_at is None:
                withhold_status(status_id=status.pk, notice=None)
            else:
                restore_status(status_id=status.pk)

    def restrict(self, account: Account, number: int) -> None:
        if Profile.objects.get(pk=account.pk).restriction:
            lift_restriction(account_id=account.pk)
        else:
            restrict_account(account_id=account.pk, restriction="limited", notice=None)

    def hold(self, account: Account, number: int) -> None:
        reason = TrainingHold.Reason.values[number % 2]
        is_held = TrainingHold.objects.filter(account=account, reason=reason).exists()
        (release_training if is_held else hold_training)(account_id=account.pk, reason=reason)

    def doubt(self, account: Account, number: int) -> None:
        with transaction.atomic():
            waive_reverification(account_id=account.pk) or require_reverification(account_id=account.pk)

    def ask(self, account: Account, number: int) -> None:
        """To show that they are there; who has not by the deadline may not write either."""
        if PresenceDemand.objects.filter(account=account, met_at=None).exists():
            waive_demands(account_id=account.pk)
            return
        tomorrow = timezone.now() + timedelta(days=1)
        made = demand_presence(account_id=account.pk, asked_by="test", reason="Are you there?", deadline=tomorrow)
        if number % 2:
            PresenceDemand.objects.filter(pk=made.pk).update(deadline=timezone.now())


class Clock(People):
    """Time that runs out, of which there is no event, and what begins anew."""

    def lapse(self, account: Account, number: int) -> None:
        Credential.objects.filter(account=account, ended_at=None).update(expires_at=timezone.now())

    def renew(self, account: Account, number: int) -> None:
        with transaction.atomic():
            issue(account_id=account.pk, attestation=FACE, person=account.person)


class History(Writing, Deciding, Clock):
    """All of it."""


def _text(number: int) -> str:
    return TEXTS[number % len(TEXTS)]


def _one(among: "QuerySet[Status]", number: int) -> Status | None:
    """Another choice than that of the text."""
    found = list(among)
    return found[number // len(TEXTS) % len(found)] if found else None


def _may_write(account: Account) -> bool:
    return personhood_of([account.pk])[account.pk].admitted
