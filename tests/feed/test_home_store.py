"""What Redis keeps of home timelines, when several write it at once: never complete and yet lacking something."""

from collections.abc import Sequence

import pytest

from common.redis import client as redis_client
from feed.jobs.fan_out import fan_out
from feed.models import Follow, Profile, Status
from feed.operations.accounts import register
from feed.queries import home_store
from feed.queries.home_timeline import note_reading, rebuild
from identity.models import Account

READER = 4_120_001


@pytest.fixture(autouse=True)
def _empty() -> None:
    redis_client().flushdb()


def _kept(account_id: int = READER) -> list[int] | None:
    found = home_store.read(account_id, limit=1000, newer_than=None, older_than=None, oldest_first=False)
    return found[0] if found else None


def test_two_who_rebuild_at_once_lose_nothing_posted_between_them() -> None:
    """The second begins after the first has read: what was posted in between stands in what both build."""
    first = home_store.begin(READER)
    home_store.add(status_id=7, account_ids=[READER])
    second = home_store.begin(READER)
    assert home_store.complete(READER, [5, 6], building=first)
    assert _kept() == [7, 6, 5]
    home_store.complete(READER, [5, 6], building=second)
    assert _kept() == [7, 6, 5]


def test_what_was_read_for_a_lost_building_completes_no_other() -> None:
    """Redis was emptied meanwhile, or the reader followed somebody: the next building reads anew."""
    first = home_store.begin(READER)
    home_store.drop(READER)
    second = home_store.begin(READER)
    assert not home_store.complete(READER, [5], building=first)
    assert _kept() is None
    assert home_store.complete(READER, [5, 6], building=second)
    assert _kept() == [6, 5]
    assert home_store.begin(READER) == "", "it is complete, and nobody begins it anew"


def test_a_rebuild_that_is_disturbed_reads_again(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A follow that commits between reading and completing drops the timeline: it is read once more, with the follow."""
    complete = home_store.complete
    disturbed: list[int] = []

    def after_a_drop(account_id: int, status_ids: Sequence[int], *, building: str) -> bool:
        if not disturbed:
            disturbed.append(account_id)
            home_store.drop(account_id)
        return complete(account_id, status_ids, building=building)

    monkeypatch.setattr(home_store, "complete", after_a_drop)
    account = register(username="reader", email="", password="correct horse battery staple")
    own = Status.objects.create(account_id=account.pk, text="mine")
    rebuild(account.pk)
    assert _kept(account.pk) == [own.pk]


def test_scripts_are_loaded_anew_after_a_restart() -> None:
    """A restarted Redis knows no script; the command that meets this loads it and goes on."""
    building = home_store.begin(READER)
    redis_client().script_flush()
    home_store.add(status_id=7, account_ids=[READER])
    redis_client().script_flush()
    home_store.complete(READER, [], building=building)
    assert _kept() == [7]


def test_followers_have_of_an_author_what_they_asked_for(transactional_db: None) -> None:
    """Reblogs go where statuses go, but not to those who want none of this author's; nor do languages not asked for."""
    author, other, *readers = (
        register(username=name, email="", password="correct horse battery staple").pk
        for name in ("author", "other", "all", "without_reblogs", "german_alone")
    )
    options: list[dict[str, object]] = [{}, {"reblogs": False}, {"languages": ["de"]}]
    for reader, option in zip(readers, options, strict=True):
        Follow.objects.create(source_id=reader, target_id=author, **option)
        Profile.objects.filter(pk=reader).update(following_count=1)
        rebuild(reader)
    note_reading(list(Account.objects.values_list("pk", flat=True)))
    seen = Status.objects.create(account_id=other, text="seen")
    reblog = Status.objects.create(account_id=author, text="", reblog_of=seen)
    english = Status.objects.create(account_id=author, text="Good morning", language="en")
    german = Status.objects.create(account_id=author, text="Guten Morgen", language="de")
    for status in (reblog, english, german):
        fan_out(status.pk)
    wanted = [[german.pk, english.pk, reblog.pk], [german.pk, english.pk], [german.pk, reblog.pk]]
    assert [_kept(reader) for reader in readers] == wanted
