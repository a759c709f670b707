"""People, agents and moderators for the stories here."""

import datetime as dt

from feed.models import Profile, Status
from identity.models import Account
from identity.operations.accounts import register_account
from identity.operations.admission import admit_simulated
from moderation.models import Decision
from moderation.operations.roles import appoint_moderator
from moderation.operations.statement import Statement

PASSWORD = "an uncommon sentence 42"


def someone(name: str, *, admitted: bool = True) -> Account:
    """An account with a profile, admitted to write unless told otherwise."""
    account = register_account(username=name, email="", password=PASSWORD)
    Profile.objects.get_or_create(account=account)
    if admitted:
        admit_simulated(account_id=account.pk, operator="tests")
    return account


def moderator(name: str = "moderator") -> Account:
    """An account with the moderators' role."""
    account = someone(name)
    appoint_moderator(account_id=account.pk)
    return account


def statement(**changes: object) -> Statement:
    """A statement of reasons that says all it must."""
    said = {
        "ground": Decision.Ground.TERMS,
        "category": Decision.Category.SCAMS,
        "rule": "Section 3 of the terms: no unsolicited advertising.",
        "facts": "Thirty posts with one text and changing links within a minute.",
        "content_type": Decision.ContentType.TEXT,
        "content_date": dt.datetime.now(dt.UTC).date(),
        "source": Decision.Source.NOTICE,
        "automated_detection": True,
    }
    return Statement(**{**said, **changes})  # type: ignore[arg-type]  # the tests say wrong things on purpose


def said(account: Account, text: str) -> Status:
    """A status as the database holds it."""
    return Status.objects.create(account=account, text=text)
