"""Whom the events since the last release are about."""

from collections.abc import Collection
from dataclasses import dataclass, field

from common.events import read_after
from feed.queries.training import authors_of

Position = tuple[int, int]
AT_A_TIME = 2000
FOLLOWED = ("status.", "consent.", "credential.", "account.")
# Of a status first, then of its author.
STATUS_REASONS = {"status.deleted": "deleted", "status.withheld": "withheld"}
AUTHOR_REASONS = {
    "consent.withdrawn": "consent_withdrawn",
    "credential.ended": "credential_ended",
    "account.restricted": "account_restricted",
}
OTHER_REASON = "no_longer_eligible"


@dataclass
class Changes:
    """Accounts whose records may differ now, and why a status or an author may have gone."""

    accounts: set[int] = field(default_factory=set)
    of_statuses: dict[int, str] = field(default_factory=dict)
    of_authors: dict[int, str] = field(default_factory=dict)


def changes_between(start: Position, end: Position, *, purposes: Collection[str]) -> Changes:
    """What the events after `start`, up to and including `end`, are about. `end` must be settled."""
    changes = Changes()
    position = start
    while position < end:
        events = read_after(position=position, limit=AT_A_TIME)
        if not events:
            break
        position = (events[-1].transaction, events[-1].seq)
        followed = [
            event for event in events if event.kind.startswith(FOLLOWED) and (event.transaction, event.seq) <= end
        ]
        statuses: set[int] = set()
        for event in followed:
            if event.kind.startswith("consent.") and event.data.get("purpose") not in purposes:
                continue
            if event.account_id is not None:
                changes.accounts.add(event.account_id)
                if reason := AUTHOR_REASONS.get(event.kind):
                    changes.of_authors[event.account_id] = reason
            if event.kind.startswith("status.") and event.subject_id is not None:
                statuses.add(event.subject_id)
                if reason := STATUS_REASONS.get(event.kind):
                    changes.of_statuses[event.subject_id] = reason
        # Whoever withheld a status is not its author.
        changes.accounts.update(authors_of(statuses).values())
    return changes
