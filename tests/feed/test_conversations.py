"""Threads of direct statuses over the API."""

import re

import pytest

from tests.feed.inhabitants import InProcess, person, says

pytestmark = pytest.mark.django_db


def test_conversations_are_listed_read_and_removed() -> None:
    """By their last statuses, each with the others who take part; what is one's own is nobody else's."""
    ann, bob = InProcess(person("ann")), InProcess(person("bob"))
    first = says(ann.account_id, "@bob one", visibility="direct")
    second = says(bob.account_id, "@ann two", visibility="direct")
    says(ann.account_id, "to nobody", visibility="public")
    alone = says(ann.account_id, "a note", visibility="direct")
    rows = ann.get("/api/v1/conversations")
    assert [int(one["last_status"]["id"]) for one in rows] == [alone.pk, second.pk, first.pk]
    assert [[who["acct"] for who in one["accounts"]] for one in rows] == [["ann"], ["bob"], ["bob"]]
    assert [one["unread"] for one in rows] == [False, True, False]
    older = re.findall(r"<([^>]*)>", ann.answer("/api/v1/conversations", limit=1)["Link"])[0]
    assert [int(one["last_status"]["id"]) for one in ann.get(older)] == [second.pk]
    path = f"/api/v1/conversations/{rows[1]['id']}"
    assert ann.post(f"{path}/read")["unread"] is False and ann.post(f"{path}/unread")["unread"] is True
    assert bob.refused("post", f"{path}/read") == (404, "Record not found")
    assert bob.refused("delete", path) == (404, "Record not found")
    assert ann.delete(path) == {} and len(ann.get("/api/v1/conversations")) == 2
    says(bob.account_id, "@ann again", visibility="direct", in_reply_to_id=second.pk)
    assert len(ann.get("/api/v1/conversations")) == 3
