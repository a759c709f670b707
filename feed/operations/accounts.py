"""Accounts as the network shows them: made together with their login, changed by their owner."""

from typing import Any

from django.db import transaction

from common.problems import Problem
from feed.models import Profile
from feed.queries.writers import require_may_write as require_may_write
from identity.models import Account
from identity.operations.accounts import register_account

LONGEST_DISPLAY_NAME = 30
LONGEST_NOTE = 500


def register(*, username: str, email: str, password: str) -> Account:
    """Make a login and its public profile. Raises Problem, with the field at fault."""
    with transaction.atomic():
        account = register_account(username=username, email=email, password=password)
        Profile.objects.create(account=account)
    return account


def update_profile(
    *,
    account_id: int,
    display_name: str | None = None,
    note: str | None = None,
    locked: bool | None = None,
    declared_bot: bool | None = None,
    discoverable: bool | None = None,
) -> Profile:
    """Change what is not None. Raises Problem for a text that is too long, NotAllowed as `require_may_write` does."""
    profile = require_may_write(account_id)
    _bounded("display_name", display_name, LONGEST_DISPLAY_NAME)
    _bounded("note", note, LONGEST_NOTE)
    given: dict[str, Any] = {
        "display_name": display_name,
        "note": note,
        "locked": locked,
        "declared_bot": declared_bot,
        "discoverable": discoverable,
    }
    changes = {name: value for name, value in given.items() if value is not None}
    for name, value in changes.items():
        setattr(profile, name, value)
    if changes:
        profile.save(update_fields=list(changes))
    return profile


def _bounded(field: str, text: str | None, limit: int) -> None:
    if text is not None and "\0" in text:
        raise Problem(f"{field} may not hold a null character.", field=field)
    if text is not None and len(text) > limit:
        raise Problem(f"{field} has at most {limit} characters.", field=field, limit=limit)
