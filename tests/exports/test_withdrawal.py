"""What people agreed to goes in; what they take back comes out."""

from datetime import timedelta
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.utils import timezone

from exports.engines import folder
from exports.jobs.delete_closed import delete_closed_releases
from exports.jobs.increment import candidates
from exports.models import Release
from exports.operations.releases import close_release
from exports.queries.archive import exports_parts
from exports.queries.shapes import text
from exports.queries.shares import share_of
from feed.operations.edits import edit_status
from feed.operations.restrictions import restore_status, restrict_account, withhold_status
from feed.operations.statuses import delete_status
from feed.queries.training import consented_single_statuses
from identity.models import Account, Credential
from identity.operations.admission import admit_simulated
from identity.queries.policies import policy_of
from tests.exports.world import Team, agree, person, say, withdraw


def test_nothing_leaves_without_consent(team: Team) -> None:
    say(person(consents=False), "I said nothing of training")
    assert team.build() is None
    assert not Release.objects.exists()


def test_consent_release_withdrawal_retraction(team: Team) -> None:
    ada, grace = person(), person()
    say(ada, "A violet sentence that only Ada would write")
    say(grace, "Compilers are translators")
    first = team.built()
    assert (first.number, first.records, first.authors) == (1, 2, 2)
    gone = next(row["record_id"] for row in team.records(1) if "violet" in row["text"])
    pseudonym = next(row["author"] for row in team.records(1) if "violet" in row["text"])

    withdraw(ada)
    second = team.built()

    assert (second.number, second.records, second.retracted) == (2, 1, 1)
    assert team.texts(2) == {"Compilers are translators"}
    assert team.retractions(2) == {gone: "consent_withdrawn"}
    for file in (path for path in team.folder(2).rglob("*") if path.is_file()):
        # zstd would hide the words: look at the values and at the bytes.
        content = file.read_bytes()
        if file.suffix == ".parquet":
            content += str(pq.read_table(file).to_pylist()).encode()
        assert b"violet" not in content and pseudonym.encode() not in content
        if file.name != "retractions.parquet":
            assert gone.encode() not in content
    first.refresh_from_db()
    assert first.state == Release.State.CLOSED


def test_an_edit_reaches_the_next_release(team: Team) -> None:
    """The record stays, its text is the new one; the old words are in no file of the new release."""
    ada = person()
    said = say(ada, "A sentence with a mauve mistake in it")
    team.built()
    edit_status(account_id=ada.pk, status_id=said.pk, text="A sentence without it")
    second = team.built()
    assert (second.number, second.records, second.retracted) == (2, 1, 0)
    assert team.texts(2) == {"A sentence without it"}
    assert team.records(1)[0]["record_id"] == team.records(2)[0]["record_id"]


def test_closed_releases_lose_their_data_after_the_grace_time(team: Team, settings: Any) -> None:
    ada, grace = person(), person()
    say(ada, "Mine, and then not yours")
    say(grace, "Stays")
    team.built()
    pseudonym = next(row["author"] for row in team.records(1) if "yours" in row["text"])
    withdraw(ada)
    team.built()
    assert delete_closed_releases() == 0
    Release.objects.filter(number=1).update(closed_at=timezone.now() - settings.RELEASE_GRACE - timedelta(minutes=1))
    assert delete_closed_releases() == 1
    assert not (team.folder(1) / "data").exists()
    assert (team.folder(1) / "manifest.dsse.json").exists()
    assert team.texts(2) == {"Stays"}
    assert delete_closed_releases() == 0
    for file in (path for path in settings.EXPORT_ROOT.rglob("*") if path.is_file()):
        # Parquet hides words in zstd: look at the values and at the bytes, state among them.
        said = file.read_bytes()
        if file.suffix == ".parquet":
            said += str(pq.read_table(file).to_pylist()).encode()
        assert b"not yours" not in said and pseudonym.encode() not in said
        assert str(ada.pk).encode() not in said and ada.pk.to_bytes(8, "little") not in said


def test_what_is_never_exported(team: Team) -> None:
    ada = person()
    say(ada, "public")
    for visibility in ("unlisted", "private", "direct"):
        say(ada, visibility, visibility=visibility)
    say(ada, "not for training", for_training=False)
    delete_status(account_id=ada.pk, status_id=say(ada, "deleted").pk)
    withhold_status(status_id=say(ada, "withheld").pk, notice=None)
    agent = person(consents=False)
    Credential.objects.filter(account=agent).delete()
    admit_simulated(account_id=agent.pk, operator="test")
    agree(agent)
    say(agent, "simulated")
    restricted = person()
    say(restricted, "restricted")
    restrict_account(account_id=restricted.pk, restriction="limited", notice=None)
    team.built()
    assert team.texts(1) == {"public"}


def test_labels_say_what_made_it_and_how_the_human_was_found(team: Team) -> None:
    ada = person()
    say(ada, "by hand, and in English, as you can read here", made_by="human")
    say(ada, "avec l'aide d'une machine, dans une langue douce", made_by="assisted", language="fr")
    say(ada, "by a machine", made_by="machine")
    team.built()
    found = {row["made_by"]: row for row in team.records(1)}
    assert set(found) == {"human", "assisted", "machine"}
    assert {row["personhood_level"] for row in found.values()} == {"unique"}
    assert {row["personhood_method"] for row in found.values()} == {"face-gestures-1"}
    assert (found["human"]["language"], found["assisted"]["language"]) == ("en", "fr")
    policy = policy_of("training_text")
    assert policy and found["human"]["policy_version"] == policy.version


@pytest.mark.parametrize("reason", ["deleted", "withheld", "no_longer_eligible"])
def test_single_records_are_retracted_with_their_reason(team: Team, reason: str) -> None:
    ada = person()
    say(ada, "kept")
    status = say(ada, "goes")
    team.built()
    if reason == "deleted":
        delete_status(account_id=ada.pk, status_id=status.pk)
    elif reason == "withheld":
        withhold_status(status_id=status.pk, notice=None)
    else:
        # Runs out by the clock: no event tells of it.
        Credential.objects.filter(account=ada).update(expires_at=timezone.now())
    if reason == "no_longer_eligible":
        assert team.built().records == 0
        assert set(team.retractions(2).values()) == {reason}
        return
    team.built()
    assert team.texts(2) == {"kept"}
    assert list(team.retractions(2).values()) == [reason]
    if reason == "withheld":
        restore_status(status_id=status.pk)
        assert team.built().added == 1
        assert team.texts(3) == {"kept", "goes"}


def test_nothing_changed_no_release(team: Team) -> None:
    ada = person()
    say(ada, "once")
    team.built()
    assert team.build() is None
    say(ada, "not public", visibility="private")
    say(person(consents=False), "not agreed")
    assert team.build() is None
    assert Release.objects.count() == 1
    say(ada, "twice")
    assert team.built().number == 2


def test_what_is_new_is_added_and_what_went_takes_its_file_alone_with_it(team: Team) -> None:
    authors = [person() for _ in range(6)]
    words = ("amber", "basalt", "cobalt", "dune", "ember", "fjord")
    for author, word in zip(authors, words, strict=True):
        say(author, f"{word} {word} is what {author.username} calls it: {word}ish")
    team.built()
    first = {path.name: path.stat().st_ino for path in (team.folder(1) / "data").iterdir()}
    say(authors[0], "one more")
    team.built()
    second = {path.name: path.stat().st_ino for path in (team.folder(2) / "data").iterdir()}
    assert first.items() < second.items() and len(second) == len(first) + 1
    assert len(team.records(2)) == 7
    withdraw(authors[0])
    team.built()
    third = {path.name: path.stat().st_ino for path in (team.folder(3) / "data").iterdir()}
    kept = {name for name, inode in third.items() if second.get(name) == inode}
    assert len(second.keys() - kept) <= 2 and len(team.records(3)) == 5


def test_many_changed_statuses_are_read_a_batch_at_a_time(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    ada, grace = person(), person()
    for author in (ada, grace):
        say(author, f"The first words of {author.username}")
    team.built()
    said = {say(author, f"More from {author.username}").pk for author in (ada, grace)}
    asked: list[list[int]] = []

    def noted(*, status_ids: list[int], **given: Any) -> Any:
        asked.append(status_ids)
        return consented_single_statuses(status_ids=status_ids, **given)

    monkeypatch.setattr(candidates, "STATUSES_AT_A_TIME", 1)
    monkeypatch.setattr(text, "consented_single_statuses", noted)
    assert team.built().added == 2
    assert sorted(asked) == [[status_id] for status_id in sorted(said)]


def test_who_said_only_what_others_had_said_takes_it_along_too(team: Team) -> None:
    """Their words are in no release, and must not keep the next one out who says the same."""
    words = "The ferry to the island leaves at seven in the morning"
    ada, grace, joan = person(), person(), person()
    original = say(ada, words)
    team.built()
    say(grace, words)
    for number in (2, 3):
        say(joan, f"Joan was here {number} times")
        assert team.built().records == number

    withdraw(grace)
    delete_status(account_id=ada.pk, status_id=original.pk)
    say(joan, words)
    last = team.built()

    assert (last.records, last.authors, last.retracted) == (3, 1, 1)
    assert words in team.texts(4)


def test_pseudonyms_are_one_recipients_own(team: Team) -> None:
    other = Team()
    ada = person()
    say(ada, "first")
    team.built(), other.built()
    say(ada, "second")
    team.built()
    mine = {row["author"] for row in team.records(2)}
    assert len(mine) == 1 and mine == {row["author"] for row in team.records(1)}
    for column in ("author", "record_id", "consent_receipt"):
        assert not {row[column] for row in team.records(1)} & {row[column] for row in other.records(1)}


def test_people_are_told_where_their_posts_are(team: Team) -> None:
    other = Team()
    ada = person()
    say(ada, "mine")
    team.built(), other.built()
    say(ada, "more")
    team.built()
    share = share_of(ada.pk)
    assert (share.releases, share.recipients) == (3, 2)
    withdraw(ada)
    team.built()
    share = share_of(ada.pk)
    assert (share.releases, share.recipients, share.records) == (1, 1, 1)


def test_people_are_told_how_many_of_their_posts_are_in(team: Team) -> None:
    """In the newest release; once there are none, their archive still says how many the last had."""
    ada = person()
    posts = [say(ada, text) for text in ("The tide is out", "The boats lie on the sand", "And now it comes back in")]
    say(person(), "Somebody else was at the sea, too")
    team.built()
    assert _told(ada) == (3, {"since": 1, "until": None, "records": 3})
    delete_status(account_id=ada.pk, status_id=posts[0].pk)
    edit_status(account_id=ada.pk, status_id=posts[1].pk, text="The boats lie on the wet sand")
    team.built()
    assert _told(ada) == (2, {"since": 1, "until": None, "records": 2})

    # As an earlier version left it.
    (team.folder(2) / folder.PEOPLE).unlink()
    assert _told(ada) == (None, {"since": 1, "until": None, "records": None})
    assert share_of(ada.pk).records == 0

    withdraw(ada)
    team.built()
    assert _told(ada) == (0, {"since": 1, "until": 3, "records": None})
    agree(ada, "training_text")
    team.built()
    withdraw(ada)
    team.built()
    assert _told(ada) == (0, {"since": 4, "until": 5, "records": 2})


def _told(account: Account) -> tuple[int | None, dict[str, Any]]:
    """What the person is told of the dataset now, and what stands last in their archive."""
    (share,) = share_of(account.pk).by_recipient
    releases, _ = exports_parts(account.pk)
    *_, last = releases.records
    return share.records, {name: last[name] for name in ("since", "until", "records")}


def test_a_closed_newest_release_is_followed_by_another(team: Team) -> None:
    say(person(), "mine")
    first = team.built()
    close_release(operator_id=team.staff.pk, release_id=first.pk, reason="wrong terms")
    second = team.built()
    assert (second.number, second.records, second.retracted) == (2, 1, 0)
    assert team.build() is None
