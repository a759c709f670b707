"""Reblogs: who may, who sees them, and what becomes of them."""

import pytest

from common.models import Event
from feed.jobs.fan_out import fan_out
from feed.models import Follow, Notice, Profile, Status
from feed.operations.follows import follow
from feed.operations.reblogs import reblog, unreblog
from feed.operations.restrictions import restore_status, restrict_account, withhold_status
from feed.operations.statuses import delete_status, post_status
from feed.queries.activity import newest_posted, reportable_status_ids
from feed.queries.audience import who_may_see, whose_home_has
from feed.queries.training import consented_statuses
from tests.exports.world import PURPOSE, person
from tests.feed.people import Caller, client_of, people

pytestmark = pytest.mark.django_db


def _home(account_id: int) -> list[str]:
    return [one["id"] for one in client_of(account_id).get("/api/v1/timelines/home")]


def test_a_reblog_reaches_those_who_follow_and_goes_again() -> None:
    """A wrapper with the status inside; counted and told once; taken back by the id of what it showed."""
    author, friend, reader = people("author", "friend", "reader")
    follow(source_id=reader, target_id=friend)
    status = post_status(account_id=author, text="spread #this").pk
    caller = client_of(friend)
    made = caller.post(f"/api/v1/statuses/{status}/reblog")
    again = caller.post(f"/api/v1/statuses/{status}/reblog", visibility="private")
    assert made["id"] == again["id"] != str(status) and again["visibility"] == "public"
    inner = made["reblog"]
    assert (inner["id"], inner["reblogged"], inner["reblogs_count"]) == (str(status), True, 1)
    assert (made["content"], made["tags"], made["account"]["id"]) == ("", [], str(friend))
    assert made["uri"].endswith("/activity") and not inner["uri"].endswith("/activity")
    fan_out(int(made["id"]))
    assert _home(reader) == [made["id"]]
    told = client_of(author).get("/api/v1/notifications")
    assert [(one["type"], one["status"]["id"]) for one in told] == [("reblog", str(status))]
    assert [one["id"] for one in Caller().get("/api/v1/timelines/public")] == [str(status)]
    assert Caller().get(f"/api/v1/accounts/{friend}")["statuses_count"] == 1
    left = caller.post(f"/api/v1/statuses/{status}/unreblog")
    assert (left["id"], left["reblogged"], left["reblogs_count"]) == (str(status), False, 0)
    assert _home(reader) == [] and client_of(author).get("/api/v1/notifications") == []
    assert Profile.objects.get(pk=friend).statuses_count == 0
    assert caller.post(f"/api/v1/statuses/{status}/unreblog")["reblogs_count"] == 0
    assert caller.post(f"/api/v1/statuses/{status}/reblog")["id"] != made["id"]
    kinds = Event.objects.filter(kind__startswith="reblog.").order_by("seq").values_list("kind", flat=True)
    assert list(kinds) == ["reblog.created", "reblog.removed", "reblog.created"]


def test_what_may_be_reblogged() -> None:
    """Private by its author alone and privately; direct by nobody; unknown visibilities are named."""
    author, friend = people("author", "friend")
    follow(source_id=friend, target_id=author)
    private = post_status(account_id=author, text="for friends", visibility="private").pk
    direct = post_status(account_id=author, text="@friend", visibility="direct").pk
    public = post_status(account_id=author, text="for all").pk
    caller = client_of(friend)
    for hidden in (private, direct):
        assert caller.post(f"/api/v1/statuses/{hidden}/reblog", expect=403) == {"error": "This action is not allowed"}
    client_of(author).post(f"/api/v1/statuses/{direct}/reblog", expect=403)
    own = client_of(author).post(f"/api/v1/statuses/{private}/reblog", visibility="public")
    assert own["visibility"] == "private"
    assert "visibility" in caller.post(f"/api/v1/statuses/{public}/reblog", expect=422, visibility="direct")["error"]
    assert caller.post(f"/api/v1/statuses/{public}/reblog", visibility="unlisted")["visibility"] == "unlisted"
    (stranger,) = people("stranger")
    client_of(stranger).post(f"/api/v1/statuses/{private}/reblog", expect=404)


def test_acting_on_a_reblog_acts_on_what_it_shows() -> None:
    """Clients may hand over the wrapper's id: it is liked, kept and reblogged as the status inside."""
    author, friend, reader = people("author", "friend", "reader")
    status = post_status(account_id=author, text="inside")
    wrapper = reblog(account_id=friend, status_id=status.pk).pk
    caller = client_of(reader)
    for act, field in (("favourite", "favourited"), ("bookmark", "bookmarked"), ("mute", "muted")):
        shown = caller.post(f"/api/v1/statuses/{wrapper}/{act}")
        assert (shown["id"], shown["reblog"][field]) == (str(wrapper), True)
    made = caller.post(f"/api/v1/statuses/{wrapper}/reblog")
    assert made["reblog"]["id"] == str(status.pk)
    status.refresh_from_db()
    assert (status.favourites_count, status.reblogs_count) == (1, 2)
    by = caller.get(f"/api/v1/statuses/{wrapper}/reblogged_by")
    assert [one["id"] for one in by] == [str(reader), str(friend)]
    caller.post(f"/api/v1/statuses/{made['id']}/unreblog")
    status.refresh_from_db()
    assert status.reblogs_count == 1
    # Deleting the wrapper takes the reblog back.
    client_of(friend).send("DELETE", f"/api/v1/statuses/{wrapper}")
    status.refresh_from_db()
    assert status.reblogs_count == 0 and status.deleted_at is None


@pytest.mark.parametrize("gone", ["deleted", "withheld", "suspended"])
def test_a_reblog_is_seen_where_what_it_shows_is_seen(gone: str) -> None:
    """Whatever becomes of the status becomes of every reblog of it, in every list, and is undone with it."""
    author, friend, reader = people("author", "friend", "reader")
    follow(source_id=reader, target_id=friend)
    status = post_status(account_id=author, text="here and gone").pk
    wrapper = reblog(account_id=friend, status_id=status).pk
    assert _home(reader) == [str(wrapper)]
    if gone == "deleted":
        delete_status(account_id=author, status_id=status)
    elif gone == "withheld":
        withhold_status(status_id=status, notice=None)
    else:
        restrict_account(account_id=author, restriction="suspended", notice=None)
    caller = client_of(reader)
    assert caller.get("/api/v1/timelines/home") == []
    assert caller.get(f"/api/v1/accounts/{friend}/statuses") == []
    caller.get(f"/api/v1/statuses/{wrapper}", expect=404)
    assert who_may_see(wrapper, [reader, friend]) == whose_home_has(wrapper, [reader, friend]) == set()
    if gone == "deleted":
        assert Profile.objects.get(pk=friend).statuses_count == 0
        assert Status.objects.get(pk=wrapper).deleted_at is not None
        return
    if gone == "withheld":
        restore_status(status_id=status)
    else:
        restrict_account(account_id=author, restriction="", notice=None)
    assert _home(reader) == [str(wrapper)] and whose_home_has(wrapper, [reader]) == {reader}


def test_reblogs_of_somebody_may_be_turned_off() -> None:
    """`Follow.reblogs` hides them from home, and not from the profile."""
    author, friend, reader = people("author", "friend", "reader")
    follow(source_id=reader, target_id=friend)
    wrapper = reblog(account_id=friend, status_id=post_status(account_id=author, text="x").pk).pk
    own = post_status(account_id=friend, text="own").pk
    Follow.objects.filter(source_id=reader).update(reblogs=False)
    assert _home(reader) == [str(own)] and whose_home_has(wrapper, [reader]) == set()
    shown = client_of(reader).get(f"/api/v1/accounts/{friend}/statuses")
    assert [one["id"] for one in shown] == [str(own), str(wrapper)]


def test_a_reblog_holds_nothing_of_the_one_who_reblogs() -> None:
    """No training text, nothing for moderation to judge, nothing to report."""
    author, friend = person(consents=False).pk, person().pk
    wrapper = reblog(account_id=friend, status_id=post_status(account_id=author, text="theirs").pk).pk
    Status.objects.filter(pk=wrapper).update(for_training=True)
    assert list(consented_statuses(purpose=PURPOSE)) == []
    assert newest_posted(friend, limit=10) == []
    assert reportable_status_ids(account_id=friend, status_ids=[wrapper], viewer_id=author) == set()


def test_the_notice_of_a_reblog_taken_back_by_id() -> None:
    """An undone reblog leaves no notice behind, and another's stays."""
    author, friend, other = people("author", "friend", "other")
    status = post_status(account_id=author, text="x").pk
    for one in (friend, other):
        reblog(account_id=one, status_id=status)
    unreblog(account_id=friend, status_id=status)
    assert list(Notice.objects.values_list("from_account_id", flat=True)) == [other]
