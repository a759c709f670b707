"""A worker that dies in the middle of a fan-out: nobody is left out, and nobody has a status twice."""

import time

import pytest
from django.utils import timezone

from common.redis import client as redis_client
from feed.jobs.fan_out import sweep_fan_out
from feed.models import Follow, Profile, Status
from feed.operations.accounts import register
from feed.operations.statuses import post_status
from feed.queries import home_store
from identity.models import Account
from identity.operations.admission import admit_simulated
from tests.live import LiveStack, wait_for

FOLLOWERS = 12_000
ATTEMPTS = 8

pytestmark = [pytest.mark.stack]


def _author_with_followers() -> tuple[int, list[int]]:
    author = register(username="author", email="", password="correct horse battery staple")
    admit_simulated(account_id=author.pk, operator="test")
    names = [f"reader_{number}" for number in range(FOLLOWERS)]
    Account.objects.bulk_create([Account(username=name, password="!") for name in names], batch_size=2000)
    readers = list(Account.objects.filter(username__startswith="reader_").order_by("pk").values_list("pk", flat=True))
    now = timezone.now()
    Profile.objects.bulk_create([Profile(account_id=one, last_active_at=now) for one in readers], batch_size=2000)
    Follow.objects.bulk_create([Follow(source_id=one, target_id=author.pk) for one in readers], batch_size=2000)
    pipeline = redis_client().pipeline(transaction=False)
    for reader in readers:
        pipeline.zadd(home_store.key_of(reader), {home_store.READY: 0})
    pipeline.execute()
    return author.pk, readers


def _how_many_have(status_id: int, readers: list[int]) -> int:
    pipeline = redis_client().pipeline(transaction=False)
    for reader in readers:
        pipeline.zscore(home_store.key_of(reader), home_store.member_of(status_id))
    return sum(score is not None for score in pipeline.execute())


def _has(status_id: int, reader: int) -> bool:
    return redis_client().zscore(home_store.key_of(reader), home_store.member_of(status_id)) is not None


def test_a_worker_killed_in_the_middle_loses_nobody(stack: LiveStack) -> None:
    """The row says that the fan-out is not done, so the sweep does it; sets hold each id once."""
    author, readers = _author_with_followers()
    for attempt in range(ATTEMPTS):
        status = post_status(account_id=author, text=f"attempt {attempt}")
        # Without a pause: a fan-out to so many takes less than a tenth of a second.
        deadline = time.monotonic() + 30
        while not _has(status.pk, readers[0]):
            assert time.monotonic() < deadline, "the fan-out never began"
        stack.kill("worker")
        reached = _how_many_have(status.pk, readers)
        in_the_middle = 0 < reached < FOLLOWERS
        if in_the_middle:
            break
        stack.revive()
    assert in_the_middle, "the worker was never caught in the middle"
    assert Status.objects.get(pk=status.pk).fanned_out_at is None

    stack.revive()
    wait_for(
        lambda: Status.objects.get(pk=status.pk).fanned_out_at is not None,
        what="the sweep to finish what the worker began",
        seconds=90,
    )
    assert _how_many_have(status.pk, readers) == FOLLOWERS
    kept = home_store.read(readers[0], limit=100, newer_than=None, older_than=None, oldest_first=False)
    assert kept is not None and kept[0].count(status.pk) == 1


def test_a_lost_message_is_made_good_by_the_sweep(stack: LiveStack) -> None:
    """Redis may lose what Celery was told; the row still waits."""
    author, readers = _author_with_followers()
    stack.kill("worker")
    try:
        status = post_status(account_id=author, text="unheard")
        redis_client().delete("celery")
        assert not _has(status.pk, readers[-1])
    finally:
        stack.revive()
    wait_for(lambda: sweep_fan_out() or _has(status.pk, readers[-1]), what="the sweep", seconds=60)
    wait_for(lambda: _how_many_have(status.pk, readers) == FOLLOWERS, what="every follower to have it")
