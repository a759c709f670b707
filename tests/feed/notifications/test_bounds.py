"""What pages cost, and what spoils none of them."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from feed.jobs.notices import notify
from feed.models import Notice, Status
from tests.feed.calling import Someone, someone
from tests.feed.notifications.notices import V1, V2, all_favour, kinds

pytestmark = pytest.mark.django_db


def test_a_page_costs_the_same_however_long_it_is(ada: Someone) -> None:
    """In both versions, with statuses and groups on it."""

    def cost(path: str, limit: int) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            ada.get(path, limit=limit)
        return len(queries)

    people = [someone() for _ in range(3)]
    for number in range(12):
        status = ada.say(str(number))
        all_favour(status, *people[:2])
        people[2].say(f"@{ada.name} {number}")
    for path in (V1, V2):
        ada.get(path)
        assert cost(path, 4) == cost(path, 12)


def test_writing_notices_costs_the_same_for_one_as_for_many(ada: Someone, bob: Someone) -> None:
    """A post with many mentions asks for all of their rules at once."""
    status = bob.say("hello")
    people = [someone() for _ in range(6)]

    def cost(receivers: list[Someone]) -> int:
        rows = [
            Notice(account_id=one.id, kind="mention", from_account_id=bob.id, status_id=status) for one in receivers
        ]
        with CaptureQueriesContext(connection) as queries:
            notify(rows)
        return len(queries)

    assert cost(people[:1]) == cost(people)


def test_a_notice_without_its_status_spoils_no_page(ada: Someone, bob: Someone) -> None:
    """A client may crash over one malformed entry: it is left out, and the rest is there."""
    bob.follow(ada)
    Notice.objects.create(account_id=ada.id, kind="favourite", from_account_id=bob.id)
    gone = bob.say(f"@{ada.name}")
    Status.objects.filter(pk=gone).update(deleted_at=timezone.now())
    assert kinds(ada) == ["follow"]
    assert [group["type"] for group in ada.get(V2)["notification_groups"]] == ["follow"]


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        (V1, {"types[]": "\0nothing"}),
        (V1, {"account_id": "9" * 30}),
        (V2, {"grouped_types[]": ["follow"] * 200}),
        (V2, {"expand_accounts": "all"}),
        (f"{V2}/ungrouped-99999999999999999999", {}),
        (f"{V2}/ungrouped-x", {}),
        (f"{V1}/99999999999999999999", {}),
        (f"{V1}/requests/12", {}),
        (f"{V1}/unread_count", {"limit": "many"}),
    ],
)
def test_garbage_is_refused_with_a_sentence(ada: Someone, path: str, asked: dict[str, Any]) -> None:
    """And with no server error."""
    answer = ada.client.get(path, asked)
    assert answer.status_code in {200, 400, 404, 422}
    assert answer.status_code == 200 or "error" in answer.json()
