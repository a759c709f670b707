"""Finding people: several at once, by name, in the directory, by suggestion."""

import pytest

from feed.models import Profile
from feed.operations.blocks import block
from feed.operations.follows import follow
from feed.operations.mutes import mute
from feed.operations.statuses import post_status
from tests.feed.people import Caller, client_of, people

pytestmark = pytest.mark.django_db(transaction=True)


def _names(rows: list[dict[str, str]]) -> list[str]:
    return [row["username"] for row in rows]


def test_several_accounts_and_lookups_by_every_way_to_write_a_name() -> None:
    one, other = people("one", "Other")
    anyone = Caller()
    assert _names(anyone.get(f"/api/v1/accounts?id[]={other}&id[]=1&id[]={one}")) == ["Other", "one"]
    assert anyone.get("/api/v1/accounts") == []
    for name in ("other", "@Other", "OTHER@localhost", "other@localhost:8000"):
        assert anyone.get("/api/v1/accounts/lookup", acct=name)["id"] == str(other)
    for name in ("", "nobody", "other@elsewhere.example", "/"):
        anyone.get("/api/v1/accounts/lookup", expect=404, acct=name)
    caller = client_of(one)
    assert caller.get(f"/api/v1/accounts/{other}/identity_proofs") == []
    caller.get("/api/v1/accounts/1/identity_proofs", expect=404)


def test_account_search_narrows_and_pages() -> None:
    one, *_ = people("one", "admin_a", "admin_b", "else")
    Profile.objects.filter(account__username="else").update(display_name="Of the Administration")
    caller = client_of(one)
    found = _names(caller.get("/api/v1/accounts/search", q="admin"))
    assert sorted(found) == ["admin_a", "admin_b", "else"]
    assert [
        _names(caller.get("/api/v1/accounts/search", q="admin", limit=1, offset=offset)) for offset in range(4)
    ] == [[found[0]], [found[1]], [found[2]], []]
    target = Profile.objects.get(account__username="admin_b").pk
    follow(source_id=one, target_id=target)
    assert _names(caller.get("/api/v1/accounts/search", q="admin", following="true", resolve="true")) == ["admin_b"]
    assert caller.get("/api/v1/accounts/search", q="") == []
    caller.get("/api/v1/accounts/search", expect=422, q="admin", offset=-1)
    Caller().get("/api/v1/accounts/search", expect=401, q="admin")


def test_the_directory_shows_who_wants_to_be_found() -> None:
    one, _, active, hidden, limited, blocker = people("one", "quiet", "active", "hidden", "limited", "blocker")
    post_status(account_id=active, text="words")
    Profile.objects.filter(pk=hidden).update(discoverable=False)
    Profile.objects.filter(pk=limited).update(restriction="limited")
    block(source_id=blocker, target_id=one)
    assert _names(Caller().get("/api/v1/directory")) == ["active", "blocker", "quiet", "one"]
    caller = client_of(one)
    assert _names(caller.get("/api/v1/directory", order="new", local="true")) == ["active", "quiet", "one"]
    assert _names(caller.get("/api/v1/directory", limit=1, offset=1)) == ["quiet"]


def test_suggestions_begin_with_friends_of_friends_and_can_be_dismissed() -> None:
    one, friend, near, known, muted, far = people("one", "friend", "near", "known", "muted", "far")
    for source, target in ((one, friend), (friend, near), (friend, muted), (far, known), (near, known), (one, far)):
        follow(source_id=source, target_id=target)
    mute(source_id=one, target_id=muted)
    caller = client_of(one)
    found = caller.get("/api/v2/suggestions")
    assert [(row["sources"], row["account"]["username"]) for row in found] == [
        (["friends_of_friends"], "known"),
        (["friends_of_friends"], "near"),
    ]
    assert [row["source"] for row in found] == ["past_interactions"] * 2
    assert caller.send("DELETE", f"/api/v1/suggestions/{known}") == {}
    assert caller.send("DELETE", "/api/v1/suggestions/1") == {}
    assert _names(caller.get("/api/v1/suggestions")) == ["near"]
    newcomer = client_of(people("newcomer")[0]).get("/api/v2/suggestions", limit=1)
    assert (newcomer[0]["source"], len(newcomer)) == ("global", 1)


def test_domain_blocks_are_empty_and_answer_as_mastodon() -> None:
    (one,) = people("one")
    caller = client_of(one)
    assert caller.get("/api/v1/domain_blocks") == []
    for method in ("POST", "DELETE"):
        assert caller.send(method, "/api/v1/domain_blocks", domain="example.com") == {}
        assert caller.send(method, "/api/v1/domain_blocks", expect=422)["error"].endswith("can't be blank")
        caller.send(method, "/api/v1/domain_blocks", expect=422, domain="two words")
    assert caller.get("/api/v1/domain_blocks/preview", domain="example.com")["followers_count"] == 0
