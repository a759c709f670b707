"""Many requests at once: every number is right afterwards, and none of them waits for another for ever."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

import pytest
from django.db import connection

from common.problems import NotFound, Problem
from feed.models import Favourite, Pin, Profile, Status
from feed.operations.favourites import favourite, unfavourite
from feed.operations.pins import MOST_PINNED, pin
from feed.operations.reblogs import reblog, unreblog
from feed.operations.statuses import delete_status, post_status
from tests.feed.people import people

pytestmark = pytest.mark.django_db(transaction=True)


def _at_once(acts: list[Callable[[], object]]) -> None:
    """Each in a thread with a connection of its own; a refusal is an answer, anything else fails the test."""

    def run(act: Callable[[], object]) -> None:
        try:
            with suppress(NotFound, Problem):
                act()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(run, acts))


def test_numbers_of_a_status_that_many_like_and_reblog() -> None:
    """The same person twice at once counts once; each number is that of the rows."""
    author, *readers = people("author", "one", "two", "three", "four")
    status = post_status(account_id=author, text="popular").pk
    for _ in range(3):
        acts: list[Callable[[], object]] = []
        for one in readers:
            acts += [
                partial(act, account_id=one, status_id=status)
                for act in (favourite, reblog, favourite, unreblog, reblog)
            ]
        acts += [partial(unfavourite, account_id=readers[0], status_id=status)]
        _at_once(acts)
        row = Status.objects.get(pk=status)
        live = Status.objects.filter(reblog_of=status, deleted_at=None)
        assert row.favourites_count == Favourite.objects.filter(status=status).count()
        assert row.reblogs_count == live.count()
        for one in readers:
            assert Profile.objects.get(pk=one).statuses_count == live.filter(account_id=one).count() <= 1


def test_a_deletion_takes_along_the_reblogs_of_the_same_moment() -> None:
    """Two authors delete what the other is reblogging: afterwards nothing of either is left or counted."""
    first, second = people("first", "second")
    for _ in range(3):
        by_first = post_status(account_id=first, text="one").pk
        by_second = post_status(account_id=second, text="two").pk
        reblog(account_id=first, status_id=by_second)
        _at_once(
            [
                partial(reblog, account_id=second, status_id=by_first),
                partial(delete_status, account_id=first, status_id=by_first),
                partial(delete_status, account_id=second, status_id=by_second),
                partial(unreblog, account_id=first, status_id=by_second),
            ]
        )
        assert not Status.objects.filter(deleted_at=None).exists()
        assert set(Profile.objects.values_list("statuses_count", flat=True)) == {0}


def test_no_sixth_pin_slips_in() -> None:
    """Of eight at once five are pinned."""
    (author,) = people("author")
    statuses = [post_status(account_id=author, text=f"number {one}").pk for one in range(8)]
    _at_once([partial(pin, account_id=author, status_id=one) for one in statuses])
    assert Pin.objects.count() == MOST_PINNED
