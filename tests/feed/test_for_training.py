"""The author's word on one status, said after it was posted; and that nothing else changes by it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.models import Event
from feed.models import Status
from feed.operations.restrictions import restrict_account
from tests.feed.person import Person, person
from tests.identity.world import consent

pytestmark = [pytest.mark.django_db]

STATUSES = "/api/v1/statuses"
READS = [
    "/api/v1/timelines/home",
    "/api/v1/timelines/public",
    "/api/v1/timelines/tag/art",
    "/api/v1/trends/statuses",
    "/api/v1/trends/tags",
    "/api/v2/suggestions",
    "/api/v2/search?q=words",
    "/api/v1/notifications",
    "/api/v1/accounts/{author}",
    "/api/v1/accounts/{author}/statuses",
]


@pytest.fixture
def author() -> Person:
    """Somebody who may write."""
    return person("author")


def training(said: dict[str, str]) -> str:
    return f"/api/humankind/v1/statuses/{said['id']}/training"


def kinds(said: dict[str, str]) -> list[str]:
    """What the log says of a status, oldest first."""
    return list(Event.objects.filter(subject_id=said["id"]).order_by("seq").values_list("kind", flat=True))


def test_a_status_is_kept_from_training_after_it_was_posted_and_let_in_again(author: Person) -> None:
    """No edit: nobody is told, and its history has no trace. Twice is once."""
    said = author.post(STATUSES, status="my words")
    assert said["humankind"]["for_training"] is True
    for _ in range(2):
        answer = author.put(training(said), for_training=False)
        assert answer["humankind"]["for_training"] is False
    assert answer["edited_at"] is None and len(author.get(f"{STATUSES}/{said['id']}/history")) == 1
    assert author.put(training(said), for_training=True)["humankind"]["for_training"] is True
    assert kinds(said) == ["status.posted", "status.kept_from_training", "status.let_into_training"]


def test_an_edit_may_say_so_too_and_is_silent_on_it_otherwise(author: Person) -> None:
    said = author.post(STATUSES, status="my words")
    path = f"{STATUSES}/{said['id']}"
    edited = author.put(path, status="my words", humankind={"for_training": False})
    assert (edited["humankind"]["for_training"], edited["edited_at"]) == (False, None)
    assert author.put(path, status="other words")["humankind"]["for_training"] is False
    assert kinds(said) == ["status.posted", "status.kept_from_training", "status.edited"]


def test_only_the_author_says_so_and_the_word_is_true_or_false(author: Person) -> None:
    said = author.post(STATUSES, status="my words")
    other = person("other")
    assert other.call("PUT", training(said), {"for_training": False}).status_code == 404
    for wrong in ({}, {"for_training": "maybe"}, {"for_training": [1]}, {"for_training": {"a": None}}):
        refused = author.call("PUT", training(said), wrong)
        assert (refused.status_code, "for_training" in refused.json()["error"]) == (422, True)
    beyond = f"/api/humankind/v1/statuses/{'9' * 40}/training"
    assert author.call("PUT", beyond, {"for_training": False}).status_code == 404
    shown = other.call("POST", f"{STATUSES}/{said['id']}/reblog", {}).json()
    assert other.call("PUT", training(shown), {"for_training": True}).status_code == 404


def test_who_may_not_write_may_still_take_words_back(author: Person) -> None:
    said = author.post(STATUSES, status="my words")
    restrict_account(account_id=author.id, restriction="suspended", notice=None)
    assert author.call("PUT", training(said), {"for_training": False}).status_code in {200, 404}
    assert Status.objects.get(pk=said["id"]).for_training is False


def test_what_is_shown_found_and_recommended_asks_nobody_about_training(author: Person) -> None:
    """Every list that ranks or shows runs the same statements, and the same in number, whatever its authors agreed to."""
    reader = person("reader")
    said = author.post(STATUSES, status="words about #art")
    reader.post(f"/api/v1/accounts/{author.id}/follow")
    paths = [path.format(author=author.id) for path in READS]
    [reader.get(path) for path in paths]

    def read() -> tuple[list[str], list[object]]:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            answers = [reader.get(path) for path in paths]
        return [query["sql"] for query in captured], answers

    statements, answers = read()
    for purpose in ("training_text", "training_replies", "training_images"):
        consent(author.id, purpose)
    again, after = read()
    assert after == answers
    assert len(again) == len(statements)
    assert not [sql for sql in again if "identity_consent" in sql or "traininghold" in sql]
    conditions = [sql.partition(" WHERE ")[2] for sql in again]
    assert not [sql for sql in conditions if '"for_training"' in sql.partition(" SELECT ")[0]]
    author.put(training(said), for_training=False)
    assert [one["id"] for one in reader.get("/api/v1/timelines/home")] == [said["id"]]
