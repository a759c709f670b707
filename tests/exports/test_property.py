"""Whatever happens, a consumer who applies the releases one after another holds what a build from scratch would give."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow.parquet as pq
import pytest
from django.conf import settings as settings_of_house
from django.test import override_settings
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from exports.engines import folder, state
from exports.jobs.delete_closed import delete_closed_releases
from exports.jobs.increment import candidates, merging
from exports.models import Contribution, Dataset, Release
from exports.operations.releases import close_release
from exports.queries.files import manifest_of
from exports.queries.people import records_of
from exports.queries.releases import newest_release
from identity.models import Account
from tests.exports.histories import NUMBERS, PEOPLE, History
from tests.exports.test_made_with import OTHER
from tests.exports.world import Team

Steps = list[tuple[str, int, int]]

# HISTORIES=200 looks further than there is time for in each run.
HISTORIES = int(os.environ.get("HISTORIES", "10"))
pytestmark = pytest.mark.timeout(120 * HISTORIES)
within_budget = settings(
    deadline=None,
    max_examples=HISTORIES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    print_blob=True,
)
PEOPLE_CHANGE = ("agreement", "leave", "restrict", "hold", "doubt", "ask", "lapse", "renew")
WORDS_CHANGE = ("say", "answer", "quote", "revoke", "edit", "delete", "keep_back", "withhold")
PICTURES_CHANGE = ("picture", "edit", "delete", "keep_back", "withhold")
RELEASES_CHANGE = ("close", "masker", "files", "day")
# Files that are put together at once, that go to their buckets, or that never are files of all buckets.
LARGE = 1 << 40
FILES = ((8, LARGE, LARGE), (1, LARGE, LARGE), (1, LARGE, 0), (2, 0, LARGE))
MASKERS = (settings_of_house.EXPORT_MASKER, OTHER)


@st.composite
def _steps(draw: st.DrawFn, actions: tuple[str, ...]) -> Steps:
    # A few kinds of action in each history, another few in the next: what is rare meets itself, and has time to matter.
    few = draw(st.lists(st.sampled_from(actions), min_size=2, max_size=5, unique=True))
    step = st.tuples(st.sampled_from((*few, "release")), st.integers(0, PEOPLE - 1), st.integers(0, NUMBERS - 1))
    return draw(st.lists(step, min_size=5, max_size=14))


def steps(*actions: str) -> SearchStrategy[Steps]:
    """Histories of some of these actions and of releases."""
    return _steps(actions)


# Releases that each add something.
ADDING: Steps = [
    step for number in range(4) for step in (("say", number % PEOPLE, number), ("answer", 0, 9), ("release", 0, 0))
]


class Consumer:
    """Deletes what is retracted, and takes in the files that the release has and the one before had not."""

    def __init__(self, team: Team) -> None:
        self.team = team
        self.held: dict[str, dict[str, Any]] = {}

    def look(self) -> None:
        """Take in the next release, if there is one."""
        release = self.team.build()
        if release is None:
            return
        folder = self.team.folder(release.number)
        for record_id in pq.read_table(folder / "retractions.parquet")["record_id"].to_pylist():
            del self.held[record_id]
        before = set(self.held)
        for file in manifest_of(release).files:
            if file.bucket is not None and file.since == release.number:
                for row in pq.read_table(folder / file.path).to_pylist():
                    self.held[row["record_id"]] = row
        assert len(self.held.keys() - before) == release.added
        assert self.held == {row["record_id"]: row for row in self.team.records(release.number)}

    def close(self) -> None:
        """The operator closes the newest release, and the grace time of all that were closed is over."""
        for release in Release.objects.filter(dataset=self.team.dataset, state=Release.State.PUBLISHED):
            close_release(operator_id=self.team.staff.pk, release_id=release.pk, reason="wrong terms")
        closed = Release.objects.filter(dataset=self.team.dataset, state=Release.State.CLOSED)
        for release in closed.filter(files_deleted_at=None):
            long_ago = (release.closed_at or release.started_at) - timedelta(days=365)
            closed.filter(pk=release.pk).update(closed_at=long_ago)
        delete_closed_releases()

    def compare(self) -> None:
        """With what a dataset that is new would be given."""
        whole = Team.of(self.team, self.team.another(name=f"{self.team.purpose} from scratch"))
        made = whole.build()
        assert self.held == ({row["record_id"]: row for row in whole.records(made.number)} if made else {})
        assert _people_in(self.team) == _people_in(whole)
        if made:
            statistics = self.team.newest().statistics
            for name in ("records", "authors", "counts"):
                assert statistics[name] == made.statistics[name], name


def _people_in(team: Team) -> dict[int, int]:
    """How many records each has who has some: whoever is noted in the database, and nobody else."""
    noted = Contribution.objects.filter(dataset=team.dataset, until=None).values_list("account_id", flat=True)
    told = {account_id: records_of(account_id, dataset_id=team.dataset.pk) for account_id in noted}
    if (newest := newest_release(team.dataset.pk)) and newest.files_deleted_at is None:
        people = state.read(team.folder(newest.number) / folder.PEOPLE).to_pylist()
        assert told == {row["account_id"]: row["records"] for row in people if row["records"]}
    return {account_id: records or 0 for account_id, records in told.items()}


def live_through(history: History, steps: Steps, *purposes: str) -> None:
    """Follow datasets of these purposes through a history, and compare them in the end."""
    history.begin(pictures="training_images" in purposes)
    first = Team(purpose=purposes[0])
    others = (Team.of(first, first.another(purpose, name=purpose)) for purpose in purposes[1:])
    consumers = [Consumer(team) for team in (first, *others)]
    limits = {name: getattr(merging, name) for name in ("MOST_PARTS", "ADDED_AT_ONCE", "ADDED_IN_ALL")}
    in_memory = candidates.IN_MEMORY
    with override_settings(), patch.multiple(merging, **limits), patch.object(candidates, "IN_MEMORY", in_memory):
        for action, who, number in [("release", 0, 0), *steps, ("release", 0, 0)]:
            if action == "release":
                for consumer in consumers:
                    consumer.look()
            elif action == "close":
                consumers[number % len(consumers)].close()
            elif action == "masker":
                settings_of_house.EXPORT_MASKER = MASKERS[number % len(MASKERS)]
            elif action == "files":
                vars(merging).update(zip(limits, FILES[number % len(FILES)], strict=True))
                candidates.IN_MEMORY = in_memory * (number % 2)
            elif action == "day":
                # The next builds ask about everybody.
                Dataset.objects.update(asked_of_all_at=None)
            else:
                history.do(action, who, number)
        for consumer in consumers:
            consumer.compare()
    # The next history has people of its own.
    Account.objects.filter(pk__in=[account.pk for account in history.everybody]).update(is_active=False)


@pytest.mark.parametrize("goes", ["agreement", "lapse", "leave"])
def test_whose_texts_are_all_copies_pushes_nothing_out_once_gone(team: Team, goes: str) -> None:
    """They have no record, so nothing is retracted; what they wrote was compared with all the same."""
    history = History("training_text")
    first, second, third = history.people
    for account in history.people:
        history.say(account, 0)
    team.built()
    history.do(goes, 1, 1)
    history.delete(first, 0)
    team.built()
    assert _people_in(team) == {third.pk: 1}
    state = b"".join(path.read_bytes() for path in (team.folder(2) / "state").iterdir())
    assert second.pk.to_bytes(8, "little") not in state and third.pk.to_bytes(8, "little") in state


@within_budget
@example(steps=[("lapse", 0, 0)])
@example(steps=[("agreement", 0, 2), ("release", 0, 0), ("agreement", 0, 2), ("agreement", 1, 0)])
@example(steps=[("delete", 0, 0), ("leave", 1, 1)])
@example(steps=[("say", 0, 3), ("release", 0, 0), ("agreement", 1, 0), ("release", 0, 0), ("say", 1, 4)])
@example(steps=[("files", 0, 1), *ADDING, ("edit", 0, 8), ("release", 0, 0), ("delete", 1, 3), ("answer", 2, 7)])
@example(steps=[("files", 0, 2), *ADDING, ("edit", 0, 8), ("release", 0, 0), ("agreement", 0, 3)])
@example(steps=[("files", 0, 2), ("leave", 0, 0), ("say", 0, 3), ("release", 0, 0), ("say", 1, 4), ("release", 0, 0)])
@example(steps=[("files", 0, 3), *ADDING, ("edit", 1, 5), ("release", 0, 0), ("delete", 0, 0), ("say", 2, 4)])
@given(steps=steps(*WORDS_CHANGE, *PEOPLE_CHANGE, *RELEASES_CHANGE))
def test_texts_and_pairs_add_up_to_a_build_from_scratch(steps: Steps, transactional_db: None) -> None:
    history = History("training_text", "training_replies", "training_instruction")
    live_through(history, steps, "training_text", "training_instruction")


@within_budget
@example(steps=[("lapse", 0, 0), ("agreement", 1, 1), ("agreement", 2, 2)])
@example(steps=[("edit", 0, 0), ("delete", 1, 0), ("release", 0, 0), ("picture", 0, 1), ("picture", 1, 1)])
@given(steps=steps(*PICTURES_CHANGE, *PEOPLE_CHANGE, *RELEASES_CHANGE))
def test_pictures_add_up_to_a_build_from_scratch(
    steps: Steps, transactional_db: None, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    history = History("training_images", "training_text", "training_replies")
    live_through(history, steps, "training_images", "training_text")
