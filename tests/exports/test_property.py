"""Whatever happens, a consumer who applies the releases one after another holds what a build from scratch would give."""

from collections.abc import Callable
from typing import Any

import pyarrow.parquet as pq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exports.models import Release
from exports.operations.recipients import create_dataset
from exports.queries.files import manifest_of
from feed.models import Status
from feed.operations.edits import edit_status
from feed.operations.restrictions import lift_restriction, restore_status, restrict_account, withhold_status
from feed.operations.statuses import delete_status
from feed.operations.training import hold_training, release_training
from identity.models import Account
from identity.queries.consents import has_consent
from tests.exports.world import PURPOSE, Team, agree, person, say, withdraw

# Two are near each other, and people say the same.
TEXTS = (
    "The harbour was quiet this morning, and the boats came back before the rain began to fall",
    "The harbour was quiet this morning, and the boats came back before the rain began to fall again",
    "Nobody told me that a sourdough starter needs a name, but mine is called Bartholomew now",
    "Every library I ever loved had a cat in it somewhere, asleep on the returned books",
)
PEOPLE = 3
ACTIONS = ("say", "answer", "edit", "delete", "agreement", "withhold", "restrict", "hold")
STEPS = st.lists(
    st.tuples(st.sampled_from((*ACTIONS, "say", "say", "release")), st.integers(0, PEOPLE - 1), st.integers(0, 7)),
    min_size=4,
    max_size=16,
)


class World:
    """Three people and what they do; `number` chooses among what there is."""

    def __init__(self) -> None:
        self.people = [person() for _ in range(PEOPLE)]
        self.said: list[Status] = []
        self.restricted: set[int] = set()
        self.held: set[int] = set()

    def do(self, action: str, who: int, number: int) -> None:
        """One thing that somebody does, or that is done to somebody."""
        step: Callable[[Account, int], None] = getattr(self, action)
        step(self.people[who], number)

    def say(self, account: Account, number: int) -> None:
        if account.pk not in self.restricted:
            self.said.append(say(account, TEXTS[number % len(TEXTS)]))

    def answer(self, account: Account, number: int) -> None:
        own = [status for status in self.living() if status.account_id == account.pk]
        if own and account.pk not in self.restricted:
            to = own[number % len(own)]
            self.said.append(say(account, TEXTS[number // 2], in_reply_to_id=to.pk))

    def edit(self, account: Account, number: int) -> None:
        own = [status for status in self.living() if status.account_id == account.pk]
        if own and account.pk not in self.restricted:
            edit_status(account_id=account.pk, status_id=own[number % len(own)].pk, text=TEXTS[number // 2])

    def delete(self, account: Account, number: int) -> None:
        own = [status for status in self.living() if status.account_id == account.pk]
        if own:
            delete_status(account_id=account.pk, status_id=own[number % len(own)].pk)

    def agreement(self, account: Account, number: int) -> None:
        withdraw(account) if has_consent(account.pk, PURPOSE) else agree(account)

    def withhold(self, account: Account, number: int) -> None:
        if living := self.living():
            status = living[number % len(living)]
            if status.withheld_at is None:
                withhold_status(status_id=status.pk, notice=None)
            else:
                restore_status(status_id=status.pk)

    def restrict(self, account: Account, number: int) -> None:
        if account.pk in self.restricted:
            lift_restriction(account_id=account.pk)
        else:
            restrict_account(account_id=account.pk, restriction="limited", notice=None)
        self.restricted ^= {account.pk}

    def hold(self, account: Account, number: int) -> None:
        (release_training if account.pk in self.held else hold_training)(account_id=account.pk, reason="open_case")
        self.held ^= {account.pk}

    def living(self) -> list[Status]:
        ids = [status.pk for status in self.said]
        return list(Status.objects.filter(pk__in=ids, deleted_at=None).order_by("pk"))


class Consumer:
    """Deletes what is retracted, and takes in the files that the release has and the one before had not."""

    def __init__(self, team: Team) -> None:
        self.team = team
        self.held: dict[str, dict[str, Any]] = {}

    def apply(self, release: Release) -> None:
        """Take in one release."""
        folder = self.team.folder(release.number)
        gone = pq.read_table(folder / "retractions.parquet")["record_id"].to_pylist()
        for record_id in gone:
            del self.held[record_id]
        before = set(self.held)
        for file in manifest_of(release).files:
            if file.bucket is not None and file.since == release.number:
                for row in pq.read_table(folder / file.path).to_pylist():
                    self.held[row["record_id"]] = row
        assert len(self.held.keys() - before) == release.added
        assert self.held == {row["record_id"]: row for row in self.team.records(release.number)}


@settings(
    deadline=None,
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    print_blob=True,
)
@given(steps=STEPS)
def test_increments_add_up_to_a_build_from_scratch(steps: list[tuple[str, int, int]], transactional_db: None) -> None:
    team, world = Team(), World()
    consumer = Consumer(team)

    def release() -> None:
        made = team.build()
        if made is not None:
            consumer.apply(made)

    world.say(world.people[0], 0)
    world.say(world.people[1], 1)
    release()
    for action, who, number in steps:
        release() if action == "release" else world.do(action, who, number)
    release()

    scratch = create_dataset(
        operator_id=team.staff.pk,
        recipient_id=team.dataset.recipient_id,
        purpose=PURPOSE,
        name="from scratch",
    )
    whole = Team.of(team, scratch)
    made = whole.build()
    expected = {row["record_id"]: row for row in whole.records(made.number)} if made else {}
    assert consumer.held == expected
    for account in world.people:
        Account.objects.filter(pk=account.pk).update(is_active=False)
