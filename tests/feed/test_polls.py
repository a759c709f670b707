"""Polls: asked, voted in, counted, ended."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from feed.jobs.close_polls import close_due_polls
from feed.models import Notice, Poll, PollVote
from feed.operations.polls import vote
from tests.feed.person import Person, person

STATUSES = "/api/v1/statuses"


def ask(author: Person, *options: str, **more: Any) -> Any:
    """Post a poll; gives its entity."""
    poll = {"options": list(options) or ["tea", "coffee", "water"], "expires_in": 300, **more}
    return author.post(STATUSES, status="What now?", poll=poll)["poll"]


@pytest.mark.django_db
def test_a_poll_is_shown_to_each_as_they_stand_to_it() -> None:
    """Counts for all, one's own choice for oneself, and the author counts as having voted."""
    author, voter, other = person("author"), person("voter"), person("other")
    poll = ask(author)
    assert (poll["voted"], poll["own_votes"], poll["expired"], poll["votes_count"]) == (True, [], False, 0)
    seen = voter.post(f"/api/v1/polls/{poll['id']}/votes", choices=["1"])
    assert (seen["voted"], seen["own_votes"], seen["votes_count"], seen["voters_count"]) == (True, [1], 1, 1)
    seen = other.get(f"/api/v1/polls/{poll['id']}")
    assert (seen["voted"], seen["own_votes"]) == (False, [])
    assert [one["votes_count"] for one in seen["options"]] == [0, 1, 0]


@pytest.mark.django_db
def test_several_choices_are_several_votes_of_one_voter() -> None:
    """They can also be made one after the other, each once, and stand in the order in which they were made."""
    author, voter = person("author"), person("voter")
    poll = ask(author, multiple=True)
    path = f"/api/v1/polls/{poll['id']}/votes"
    voter.post(path, choices=[2])
    seen = voter.post(path, choices=[0])
    assert (seen["own_votes"], seen["votes_count"], seen["voters_count"]) == ([2, 0], 2, 1)
    assert voter.refused("POST", path, choices=[1, 2])[1].endswith("You have already voted on this poll")
    assert PollVote.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ([5], "The chosen vote option does not exist"),
        ([0, 1], "You have already voted on this poll"),
        ([], "Choices can't be blank"),
        (["x"], "choices"),
        ([-1], "choices"),
    ],
)
def test_a_vote_that_means_nothing_is_refused(choices: list[Any], words: str) -> None:
    """And nothing is counted."""
    author, voter = person("author"), person("voter")
    poll = ask(author)
    code, sentence = voter.refused("POST", f"/api/v1/polls/{poll['id']}/votes", choices=choices)
    assert code == 422 and words in sentence
    assert Poll.objects.get().voters_count == 0


@pytest.mark.django_db
def test_who_may_not_vote() -> None:
    """The author, those without personhood, those who may not see it, and everybody once it has ended."""
    author, newcomer, stranger = person("author"), person("newcomer", admitted=False), person("stranger")
    poll = ask(author)
    path = f"/api/v1/polls/{poll['id']}/votes"
    assert "your own polls" in author.refused("POST", path, choices=[0])[1]
    assert newcomer.refused("POST", path, choices=[0])[0] == 403
    hidden = author.post(
        STATUSES, status="secret", visibility="private", poll={"options": ["a", "b"], "expires_in": 300}
    )["poll"]
    assert stranger.refused("POST", f"/api/v1/polls/{hidden['id']}/votes", choices=[0])[0] == 404
    assert stranger.refused("GET", f"/api/v1/polls/{hidden['id']}")[0] == 404
    Poll.objects.update(expires_at=timezone.now())
    assert stranger.refused("POST", path, choices=[0])[1].endswith("The poll has already ended")


@pytest.mark.django_db
def test_hidden_totals_are_shown_at_the_end() -> None:
    """Until then the numbers of each option are null."""
    author, voter = person("author"), person("voter")
    poll = ask(author, hide_totals=True)
    seen = voter.post(f"/api/v1/polls/{poll['id']}/votes", choices=[0])
    assert [one["votes_count"] for one in seen["options"]] == [None, None, None]
    Poll.objects.update(expires_at=timezone.now())
    seen = voter.get(f"/api/v1/polls/{poll['id']}")
    assert seen["expired"] and [one["votes_count"] for one in seen["options"]] == [1, 0, 0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("poll", "words"),
    [
        ({"options": ["one"], "expires_in": 300}, "more than one"),
        ({"options": ["1", "2", "3", "4", "5"], "expires_in": 300}, "4"),
        ({"options": ["a", "x" * 51], "expires_in": 300}, "50"),
        ({"options": ["a", " a "], "expires_in": 300}, "duplicate"),
        ({"options": ["a", "b\0"], "expires_in": 300}, "null"),
        ({"options": ["a", "b"], "expires_in": 299}, "300"),
        ({"options": ["a", "b"], "expires_in": 2_629_747}, "2629746"),
        ({"options": ["a", "b"]}, "blank"),
    ],
)
def test_a_poll_has_bounds(poll: dict[str, Any], words: str) -> None:
    """Each is named."""
    code, sentence = person("author").refused("POST", STATUSES, status="?", poll=poll)
    assert code == 422 and words in sentence


@pytest.mark.django_db
def test_the_end_is_told_once_to_author_and_voters() -> None:
    """However often the sweep runs."""
    author, voter, other = person("author"), person("voter"), person("other")
    poll = ask(author)
    voter.post(f"/api/v1/polls/{poll['id']}/votes", choices=[0])
    assert close_due_polls() == 0
    Poll.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert (close_due_polls(), close_due_polls()) == (1, 0)
    told = Notice.objects.filter(kind=Notice.Kind.POLL).values_list("account_id", flat=True)
    assert sorted(told) == sorted([author.id, voter.id])
    assert voter.get("/api/v1/notifications?types[]=poll")[0]["status"]["poll"]["expired"]
    assert other.get("/api/v1/notifications") == []


@pytest.mark.django_db(transaction=True)
def test_votes_at_once_are_all_counted_and_each_once() -> None:
    """Ten people vote twice each at the same time: ten votes."""
    author = person("author")
    voters = [person(f"voter{number}") for number in range(10)]
    poll_id = int(ask(author)["id"])

    def choose(voter: Person) -> bool:
        try:
            vote(account_id=voter.id, poll_id=poll_id, choices=[voter.id % 3])
        except Exception:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(choose, voters * 2))
    poll = Poll.objects.get()
    assert (sum(taken), poll.voters_count, sum(poll.counts), PollVote.objects.count()) == (10, 10, 10, 10)
