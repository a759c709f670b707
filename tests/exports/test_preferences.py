"""Choices among generated images: what was posted, and what was made for the same prompt and was not."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage

from exports.models import Release
from feed.engines import provenance
from feed.models import Generation
from feed.operations.media import delete_media
from feed.operations.statuses import delete_status
from feed.queries.certificates import signing_certificates
from identity.models import Account
from tests.exports.pictures import generated, media_of
from tests.exports.world import Team, agree, person, say, withdraw

PURPOSE = "training_preferences"
PROMPT = "a quiet lake in the morning, with mountains"


@pytest.fixture(autouse=True)
def media_folder(settings: Any, tmp_path: Any) -> None:
    """What is made lies in the test's own folder."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def choices(transactional_db: None) -> Team:
    """A recipient of choices."""
    return Team(purpose=PURPOSE)


def giver() -> Account:
    """An admitted human who gave choices."""
    account = person(consents=False)
    agree(account, PURPOSE)
    return account


def nothing_in(release: Release | None) -> bool:
    """Whether no record left."""
    return release is None or release.records == 0


def post(account: Account, generation: Generation, **options: Any) -> int:
    """Post one image; gives the status' id."""
    return say(account, "", media_ids=[media_of(generation).pk], **options).pk


def test_the_posted_image_was_chosen_and_the_others_were_not(choices: Team) -> None:
    ada = giver()
    first, second, third = (generated(ada, PROMPT) for _ in range(3))
    post(ada, second)
    choices.built()
    (record,) = choices.records(1)
    assert record["prompt"] == PROMPT
    candidates = {one["sha256"]: one for one in record["candidates"]}
    assert set(candidates) == {media_of(one).sha256 for one in (first, second, third)}
    assert record["chosen"] == candidates[media_of(second).sha256]["candidate_id"]
    assert set(record["rejected"]) == {candidates[media_of(one).sha256]["candidate_id"] for one in (first, third)}
    assert record["engines"] == [second.engine]
    assert (record["made_by"], record["evidence"]) == ("machine", "c2pa")
    for one in record["candidates"]:
        found = provenance.verify(one["image"]["bytes"], content_type=one["mime"], certificates=signing_certificates())
        assert found.trusted


def test_what_is_no_choice_is_no_record(choices: Team) -> None:
    """One image alone, both posted, none posted publicly, made too late or another day: nobody chose between them."""
    ada, bob, eve, dan, kim = (giver() for _ in range(5))
    post(ada, generated(ada, PROMPT))
    for one in (generated(bob, PROMPT), generated(bob, PROMPT)):
        post(bob, one)
    generated(eve, PROMPT)
    post(eve, generated(eve, PROMPT), visibility="private")
    post(dan, generated(dan, PROMPT))
    generated(dan, PROMPT)
    before = generated(kim, PROMPT)
    Generation.objects.filter(pk=before.pk).update(created_at=before.created_at - timedelta(hours=1, seconds=1))
    post(kim, generated(kim, PROMPT))
    stranger = person(consents=False)
    generated(stranger, PROMPT)
    post(stranger, generated(stranger, PROMPT))
    assert nothing_in(choices.build())


def test_each_prompt_is_a_choice_of_its_own(choices: Team) -> None:
    ada = giver()
    for prompt in (PROMPT, "a galaxy with a nebula"):
        generated(ada, prompt)
        post(ada, generated(ada, prompt))
    generated(ada, "something that was made once")
    assert choices.built().records == 2
    assert {len(row["candidates"]) for row in choices.records(1)} == {2}


def test_a_deleted_alternative_leaves_the_choice_and_withdrawal_retracts_it(choices: Team) -> None:
    ada = giver()
    first, second = generated(ada, PROMPT), generated(ada, PROMPT)
    post(ada, generated(ada, PROMPT))
    choices.built()
    gone = default_storage.open(media_of(first).file).read()
    delete_media(account_id=ada.pk, media_id=media_of(first).pk)
    assert choices.built().changed == 1
    (record,) = choices.records(2)
    assert {one["sha256"] for one in record["candidates"]} >= {media_of(second).sha256}
    assert len(record["candidates"]) == 2
    assert gone not in [one["image"]["bytes"] for one in record["candidates"]]
    withdraw(ada, PURPOSE)
    assert choices.built().records == 0
    assert choices.retractions(3) == {record["record_id"]: "consent_withdrawn"}


def test_a_choice_whose_post_is_deleted_goes(choices: Team) -> None:
    ada = giver()
    generated(ada, PROMPT)
    posted = post(ada, generated(ada, PROMPT))
    choices.built()
    delete_status(account_id=ada.pk, status_id=posted)
    assert choices.built().records == 0
    assert set(choices.retractions(2).values()) == {"deleted"}


def test_a_choice_with_a_face_among_the_candidates_stays_out(choices: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = giver()
    generated(ada, PROMPT)
    post(ada, generated(ada, PROMPT))
    monkeypatch.setattr("exports.queries.shapes.preferences.is_face_in", lambda data, *, sha256: True)
    assert nothing_in(choices.build())
