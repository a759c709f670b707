"""Notifications of one kind about one status, as one."""

import pytest
from django.utils import timezone

from feed.models import Notice
from feed.operations.favourites import favourite
from tests.feed.calling import Someone, someone
from tests.feed.notifications.notices import V1, V2, all_favour

pytestmark = pytest.mark.django_db


def test_what_many_did_to_one_status_is_one_group(ada: Someone, bob: Someone) -> None:
    """With the newest first among samples, and each account and status once."""
    status = ada.say("look")
    crowd = [someone() for _ in range(9)]
    all_favour(status, *crowd)
    bob.say(f"@{ada.name}")
    found = ada.get(V2)
    mention, favours = found["notification_groups"]
    assert (mention["type"], mention["notifications_count"]) == ("mention", 1)
    assert mention["group_key"] == f"ungrouped-{mention['most_recent_notification_id']}"
    assert (favours["type"], favours["notifications_count"]) == ("favourite", 9)
    assert favours["sample_account_ids"] == [str(one.id) for one in crowd[::-1][:8]]
    assert favours["status_id"] == str(status)
    assert int(favours["page_min_id"]) < int(favours["page_max_id"]) == favours["most_recent_notification_id"]
    assert {one["id"] for one in found["statuses"]} == {str(status), mention["status_id"]}
    assert len(found["accounts"]) == 9

    partial = ada.get(V2, expand_accounts="partial_avatars")
    assert len(partial["accounts"]) == 2 and len(partial["partial_accounts"]) == 7
    assert "note" not in partial["partial_accounts"][0]
    key = favours["group_key"]
    single = ada.get(f"{V2}/{key}")["notification_groups"][0]
    assert single["notifications_count"] == 9 and "page_min_id" not in single
    assert [one["id"] for one in ada.get(f"{V2}/{key}/accounts")] == [str(one.id) for one in crowd[::-1]]
    assert {one["group_key"] for one in ada.get(V1, **{"types[]": "favourite"})} == {key}
    assert bob.client.get(f"{V2}/{key}").status_code == bob.client.get(f"{V2}/nothing").status_code == 404
    assert ada.post(f"{V2}/{key}/dismiss").json() == {}
    assert [one["type"] for one in ada.get(V2)["notification_groups"]] == ["mention"]
    assert ada.post(f"{V2}/{mention['group_key']}/dismiss").status_code == 200
    assert ada.get(V1) == []


def test_pages_of_groups_reach_every_group(ada: Someone) -> None:
    """Following `next` to its end; a client that groups nothing has each by itself; a later half day is another group."""
    statuses = [ada.say(str(number)) for number in range(3)]
    people = [someone() for _ in range(3)]
    for one in people:
        for status in statuses:
            favourite(account_id=one.id, status_id=status)
    found, asked = [], {"limit": 2}
    while groups := ada.get(V2, **asked)["notification_groups"]:
        found += [group["status_id"] for group in groups]
        asked["max_id"] = groups[-1]["most_recent_notification_id"]
        assert len(found) < 20
    assert found[:2] == [str(statuses[2]), str(statuses[1])] and set(found) == {str(one) for one in statuses}
    alone = ada.get(V2, **{"grouped_types[]": "reblog"})["notification_groups"]
    assert len(alone) == 9 and all(group["group_key"].startswith("ungrouped-") for group in alone)
    lowest = ada.get(V1)[-1]["id"]
    newer = ada.get(V2, min_id=lowest, limit=1)["notification_groups"]
    assert len(newer) == 1

    old = int(timezone.now().timestamp()) // 3600 - 13
    Notice.objects.filter(status_id=statuses[0]).update(group_key=f"favourite-{statuses[0]}-{old}")
    all_favour(statuses[0], someone())
    assert len(ada.get(V2)["notification_groups"]) == 4
