"""What the policy holds back or drops, and how a request lets somebody through."""

import datetime as dt

import pytest
from django.utils import timezone

from feed.models import Follow, NotificationPolicy, Profile
from tests.feed.calling import Someone, someone
from tests.feed.notifications.notices import V1, V2, kinds, older

pytestmark = pytest.mark.django_db


POLICIES = [
    "for_not_following",
    "for_not_followers",
    "for_new_accounts",
    "for_private_mentions",
    "for_limited_accounts",
]


@pytest.mark.parametrize("part", POLICIES)
@pytest.mark.parametrize("choice", ["filter", "drop"])
def test_each_part_of_the_policy_holds_back_or_drops(ada: Someone, bob: Someone, part: str, choice: str) -> None:
    """And lets through whom it does not mean."""
    others = dict.fromkeys(POLICIES, "accept")
    answer = ada.client.patch(f"{V2}/policy", {**others, part: choice}, format="json").json()
    assert {name: answer[name] for name in POLICIES} == {**others, part: choice}
    direct = "direct" if part == "for_private_mentions" else "public"
    if part == "for_limited_accounts":
        Profile.objects.filter(pk=bob.id).update(restriction=Profile.Restriction.LIMITED)
    bob.say(f"@{ada.name} hello", visibility=direct)
    assert ada.get(V1) == []
    assert len(ada.get(V1, include_filtered="true")) == (1 if choice == "filter" else 0)

    known = someone("known")
    older(known)
    ada.follow(known)
    known.follow(ada)
    Follow.objects.filter(source_id=known.id).update(at=timezone.now() - dt.timedelta(days=4))
    known.say(f"@{ada.name} hello", visibility=direct)
    assert ada.get(V1)[0]["account"]["id"] == str(known.id)


def test_an_answer_in_private_is_no_unasked_private_mention(ada: Someone, bob: Someone) -> None:
    """Who was written to may answer, whatever the policy says of strangers' private mentions."""
    asked = ada.say(f"@{bob.name} a question", visibility="direct")
    bob.say(f"@{ada.name} an answer", visibility="direct", in_reply_to_id=asked)
    assert kinds(ada) == ["mention"]


def test_the_old_policy_says_yes_and_no(ada: Someone) -> None:
    """The first version of the address and the second show one policy."""
    answer = ada.client.put(f"{V1}/policy", {"filter_not_following": True}, format="json").json()
    assert answer["filter_not_following"] is True and answer["filter_private_mentions"] is True
    assert ada.get(f"{V2}/policy")["for_not_following"] == "filter"
    refused = ada.client.patch(f"{V2}/policy", {"for_new_accounts": "perhaps"}, format="json")
    assert refused.status_code == 422 and "accept, filter, drop" in refused.json()["error"]


def test_a_request_is_accepted_and_its_sender_comes_through_from_then_on(ada: Someone, bob: Someone) -> None:
    """What was held back is shown; the next comes at once; the summary counts what waits."""
    NotificationPolicy.objects.create(account_id=ada.id, for_not_following="filter")
    other = someone("other")
    last = [bob.say(f"@{ada.name} {number}") for number in range(2)][-1]
    other.say(f"@{ada.name} too")
    waiting = ada.get(f"{V1}/requests")
    assert {one["account"]["id"]: one["notifications_count"] for one in waiting} == {
        str(bob.id): "2",
        str(other.id): "1",
    }
    assert ada.get(f"{V2}/policy")["summary"] == {"pending_requests_count": 2, "pending_notifications_count": 3}
    one = ada.get(f"{V1}/requests/{bob.id}")
    assert one["last_status"]["id"] == str(last) and one["id"] == str(bob.id)
    assert len(ada.get(f"{V1}/requests", limit=1)) == 1

    assert ada.post(f"{V1}/requests/{bob.id}/accept").json() == {}
    assert ada.get(f"{V1}/requests/merged") == {"merged": True}
    assert len(ada.get(V1)) == 2
    bob.say(f"@{ada.name} again")
    assert len(ada.get(V1)) == 3

    assert ada.post(f"{V1}/requests/dismiss", id=[str(other.id)]).json() == {}
    assert ada.get(f"{V1}/requests") == [] and len(ada.get(V1, include_filtered="true")) == 3
    other.say(f"@{ada.name} once more")
    assert len(ada.get(f"{V1}/requests")) == 1
    assert ada.post(f"{V1}/requests/accept", id=[str(bob.id)]).status_code == 404
