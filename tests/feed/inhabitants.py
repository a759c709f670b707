"""People made straight through operations, for tests to which HTTP adds nothing."""

from typing import Any

from feed.models import Status
from feed.operations.accounts import register
from feed.operations.follows import follow
from feed.operations.statuses import post_status
from identity.operations.admission import admit_simulated
from tests.clients.people import PASSWORD


def person(name: str, *, admitted: bool = True) -> int:
    """The id of a new account."""
    account = register(username=name, email=f"{name}@example.org", password=PASSWORD)
    if admitted:
        admit_simulated(account_id=account.pk, operator="test")
    return int(account.pk)


def says(account_id: int, text: str, **more: Any) -> Status:
    """A new status."""
    return post_status(account_id=account_id, text=text, **more)


def follows(source_id: int, *target_ids: int) -> None:
    """One account follows others."""
    for target_id in target_ids:
        follow(source_id=source_id, target_id=target_id)
