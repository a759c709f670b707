"""Lists: who may be on them, what stands in them, and whose they are."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feed.models import List
from feed.operations.follows import unfollow
from feed.queries.lists import lists_that_have
from tests.feed.inhabitants import InProcess, follows, person, says

pytestmark = pytest.mark.django_db


def _timeline(owner: InProcess, made: str, **parameters: object) -> list[int]:
    return [int(one["id"]) for one in owner.get(f"/api/v1/timelines/list/{made}", **parameters)]


def test_a_list_from_its_making_to_its_end() -> None:
    """Members are those whom one follows; unfollowed, they are off it."""
    owner, friend, stranger = InProcess(person("owner")), person("friend"), person("stranger")
    made = owner.post("/api/v1/lists", title="Friends")
    assert made == {"id": made["id"], "title": "Friends", "replies_policy": "list", "exclusive": False}
    path = f"/api/v1/lists/{made['id']}"
    changed = owner.put(path, title="Near", replies_policy="none", exclusive=True)
    assert owner.get("/api/v1/lists") == [changed] == [owner.get(path)] and changed["exclusive"] is True
    assert owner.refused("post", f"{path}/accounts", account_ids=[str(stranger)]) == (404, "Record not found")
    follows(owner.account_id, friend)
    assert owner.post(f"{path}/accounts", account_ids=[str(friend)]) == {}
    taken = "Validation failed: Account has already been taken"
    assert owner.refused("post", f"{path}/accounts", account_ids=[str(friend)]) == (422, taken)
    assert [one["id"] for one in owner.get(f"{path}/accounts", limit=0)] == [str(friend)]
    assert owner.get(f"/api/v1/accounts/{friend}/lists") == [changed]
    other = InProcess(stranger)
    for method, address in (("get", path), ("put", path), ("delete", path), ("get", f"{path}/accounts")):
        assert other.refused(method, address) == (404, "Record not found")
    assert other.refused("get", f"/api/v1/timelines/list/{made['id']}") == (404, "Record not found")
    unfollow(source_id=owner.account_id, target_id=friend)
    assert owner.get(f"{path}/accounts") == []
    assert owner.refused("post", "/api/v1/lists") == (422, "Validation failed: Title can't be blank")
    assert owner.refused("put", path, replies_policy="some")[0] == 422
    assert owner.delete(path) == {} and owner.get("/api/v1/lists") == []


def test_which_replies_a_list_takes() -> None:
    """Those to the owner and to oneself always; to members, or to anybody followed, as its policy says."""
    owner, member, fellow, followed, stranger = (person(name) for name in ("owner", "ann", "bob", "cid", "dan"))
    follows(owner, member, fellow, followed)
    caller = InProcess(owner)
    made = caller.post("/api/v1/lists", title="L")["id"]
    caller.post(f"/api/v1/lists/{made}/accounts", account_ids=[str(member), str(fellow)])
    first = {one: says(one, "first") for one in (owner, member, fellow, followed, stranger)}
    replies = {one: says(member, "re", in_reply_to_id=status.pk).pk for one, status in first.items()}
    says(member, "@dan whisper", visibility="direct")
    always = {first[member].pk, first[fellow].pk, replies[owner], replies[member]}
    taken = {
        "none": always,
        "list": always | {replies[fellow]},
        "followed": always | {replies[fellow], replies[followed]},
    }
    for policy, expected in taken.items():
        caller.put(f"/api/v1/lists/{made}", replies_policy=policy)
        assert set(_timeline(caller, made)) == expected, policy
        found = {one for one in (*expected, *replies.values()) if lists_that_have(one, [int(made)])}
        assert found == expected, policy


def test_pages_of_a_list_cost_the_same() -> None:
    """Links lead through the whole list, and twice the statuses need no more queries."""
    owner, member = person("owner"), person("member")
    follows(owner, member)
    caller = InProcess(owner)
    made = caller.post("/api/v1/lists", title="L")["id"]
    caller.post(f"/api/v1/lists/{made}/accounts", account_ids=[str(member)])
    ids = [says(member, f"number {number}").pk for number in range(12)][::-1]
    assert _timeline(caller, made, limit=40) == ids
    answer = caller.answer(f"/api/v1/timelines/list/{made}", limit=5)
    older, newer = re.findall(r"<([^>]*)>", answer["Link"])
    assert [int(one["id"]) for one in caller.get(older)] == ids[5:10]
    assert _timeline(caller, made, limit=5, min_id=ids[9]) == ids[4:9]
    assert _timeline(caller, made, limit=5, since_id=ids[9]) == ids[:5]
    assert "min_id" in newer
    counted = []
    for limit in (5, 10):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            caller.get(f"/api/v1/timelines/list/{made}", limit=limit)
        counted.append(len(queries))
    assert counted[0] == counted[1]
    assert List.objects.count() == 1
