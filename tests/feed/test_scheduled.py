"""What is posted later."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from feed.jobs import post_scheduled as job
from feed.jobs.posting.write import write_status
from feed.models import Notice, Profile, ScheduledStatus, Status
from tests.feed.person import Person, person
from tests.feed.test_writing import picture

STATUSES = "/api/v1/statuses"
SCHEDULED = "/api/v1/scheduled_statuses"


def in_minutes(minutes: float) -> str:
    """As clients write a time."""
    return (timezone.now() + timedelta(minutes=minutes)).isoformat()


def later(author: Person, text: str = "later", minutes: float = 10, **more: Any) -> Any:
    """Schedule a status; gives its entity."""
    return author.post(STATUSES, status=text, scheduled_at=in_minutes(minutes), **more)


def post_what_is_due() -> None:
    """One round of the sweep, its messages delivered at once."""
    for scheduled_id in job.due_statuses():
        job.post_scheduled(scheduled_id, fan_out=lambda _: None, fetch_card=lambda _: None)


def make_due() -> None:
    """Time passes."""
    ScheduledStatus.objects.update(at=timezone.now() - timedelta(seconds=1))


@pytest.mark.django_db
def test_what_is_scheduled_is_listed_moved_and_cancelled() -> None:
    """By its author alone, and it is no status yet."""
    author, other = person("author"), person("other")
    media = picture(author)
    poll = {"options": ["a", "b"], "expires_in": 300}
    made = later(author, media_ids=[str(media.pk)], poll=poll, spoiler_text="soon", visibility="private")
    path = f"{SCHEDULED}/{made['id']}"
    assert made["params"] | {"poll": None} == made["params"] | {
        "poll": None,
        "text": "later",
        "spoiler_text": "soon",
        "visibility": "private",
        "media_ids": [str(media.pk)],
    }
    assert made["params"]["poll"]["options"] == ["a", "b"] and made["media_attachments"][0]["id"] == str(media.pk)
    assert author.get(SCHEDULED) == [made] and author.get(path) == made
    moved = author.put(path, scheduled_at=in_minutes(60))
    assert moved["id"] == made["id"] and moved["scheduled_at"] > made["scheduled_at"]
    for method in ("GET", "PUT", "DELETE"):
        assert other.refused(method, path)[0] == 404
    assert other.get(SCHEDULED) == [] and not Status.objects.exists()
    assert author.delete(path) == {} and author.get(SCHEDULED) == []


@pytest.mark.django_db
def test_the_parameters_of_what_waits_are_of_mastodons_kinds() -> None:
    """There the answered status is a number, and who will see it is said also where the author did not say it."""
    author = person("author")
    first = author.post(STATUSES, status="first")
    author.call("PATCH", "/api/v1/accounts/update_credentials", {"source": {"privacy": "private"}})
    asked = later(author, in_reply_to_id=first["id"])["params"]
    assert (asked["in_reply_to_id"], asked["visibility"]) == (int(first["id"]), "private")
    assert isinstance(asked["application_id"], int) and asked["with_rate_limit"] is False


@pytest.mark.django_db
def test_what_is_due_is_posted_as_it_was_asked_for() -> None:
    """With its media, poll and mentions, once however often the sweep comes."""
    author, named = person("author"), person("named")
    media = picture(author)
    later(
        author,
        "hello @named",
        media_ids=[str(media.pk)],
        poll={"options": ["a", "b"], "expires_in": 300},
        humankind={"made_by": "assisted"},
        language="en",
    )
    post_what_is_due()
    assert not Status.objects.exists()
    make_due()
    post_what_is_due()
    post_what_is_due()
    said = author.get(f"{STATUSES}/{Status.objects.get().pk}")
    assert said["poll"]["options"][0]["title"] == "a" and said["media_attachments"][0]["id"] == str(media.pk)
    assert (said["humankind"]["made_by"], said["language"]) == ("assisted", "en")
    assert said["application"]["name"] == "Client of author"
    assert Notice.objects.get().account_id == named.id
    assert author.get(SCHEDULED) == []


@pytest.mark.django_db
def test_what_may_no_longer_be_posted_says_why_and_waits_to_be_moved() -> None:
    """It is not tried again and again, and not lost."""
    author = person("author")
    made = later(author)
    Profile.objects.filter(pk=author.id).update(restriction="suspended")
    make_due()
    post_what_is_due()
    assert not Status.objects.exists() and job.due_statuses() == []
    assert "suspended" in author.get(f"{SCHEDULED}/{made['id']}")["humankind"]["failed"]
    Profile.objects.filter(pk=author.id).update(restriction="")
    author.put(f"{SCHEDULED}/{made['id']}", scheduled_at=in_minutes(10))
    make_due()
    post_what_is_due()
    assert Status.objects.count() == 1


@pytest.mark.django_db
def test_a_worker_that_dies_while_posting_has_posted_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Status and mark commit together, so the next sweep posts it, once."""
    author = person("author")
    later(author)
    make_due()
    write = write_status

    def die(*arguments: Any, **options: Any) -> Status:
        write(*arguments, **options)
        raise RuntimeError("killed")

    monkeypatch.setattr(job, "write_status", die)
    with pytest.raises(RuntimeError):
        post_what_is_due()
    assert not Status.objects.exists()
    monkeypatch.setattr(job, "write_status", write)
    post_what_is_due()
    assert Status.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_several_workers_post_it_once() -> None:
    """One holds the row, the others leave it."""
    author = person("author")
    made = later(author)
    make_due()

    def post(_: int) -> None:
        job.post_scheduled(int(made["id"]), fan_out=lambda _: None, fetch_card=lambda _: None)
        connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(post, range(12)))
    assert Status.objects.count() == 1


@pytest.mark.django_db
def test_times_have_bounds() -> None:
    """Five minutes ahead at least; the past is now, as in Mastodon; a word is no time."""
    author = person("author")
    code, sentence = author.refused("POST", STATUSES, status="x", scheduled_at=in_minutes(4))
    assert code == 422 and "5 minutes" in sentence
    assert author.refused("POST", STATUSES, status="x", scheduled_at="banana") == (422, "Record invalid")
    assert author.post(STATUSES, status="x", scheduled_at=in_minutes(-1))["content"]
    far = author.post(STATUSES, status="x", scheduled_at="4000-01-01T14:33:14+00:00")
    assert far["scheduled_at"] == "4000-01-01T14:33:14.000Z"
    assert author.refused("PUT", f"{SCHEDULED}/{far['id']}", scheduled_at=in_minutes(1))[0] == 422


@pytest.mark.django_db
def test_a_day_takes_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """And so does the whole list; moving one within its day takes no more."""
    monkeypatch.setattr("feed.operations.scheduled.MOST_IN_A_DAY", 2)
    monkeypatch.setattr("feed.operations.scheduled.MOST_WAITING", 3)
    author = person("author")
    at = "4000-01-01T10:00:00Z"
    first, _ = (author.post(STATUSES, status="x", scheduled_at=at) for _ in range(2))
    assert "for that day" in author.refused("POST", STATUSES, status="x", scheduled_at=at)[1]
    author.put(f"{SCHEDULED}/{first['id']}", scheduled_at="4000-01-01T11:00:00Z")
    author.post(STATUSES, status="x", scheduled_at="4000-01-02T10:00:00Z")
    assert "limit of 3" in author.refused("POST", STATUSES, status="x", scheduled_at="4000-01-03T10:00:00Z")[1]


@pytest.mark.django_db
def test_a_retry_schedules_once() -> None:
    """The Idempotency-Key gives the first answer."""
    author = person("author")
    body = {"status": "once", "scheduled_at": in_minutes(10)}
    first, again = (author.call("POST", STATUSES, body, **{"Idempotency-Key": "k"}).json() for _ in range(2))
    assert first == again and ScheduledStatus.objects.count() == 1
