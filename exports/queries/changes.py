"""What the events since the last release are about: whose records have to be read again, and why some may be gone.

One loss has no event, a credential that runs out: the clock tells it. Once a day a build asks the gate about everybody who
has records, for losses that nobody thought of. Whatever lets somebody in has an event.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from common.events import Recorded, read_after, subjects_between, unsettled_after
from feed.queries.training import answered_statuses, answers_of, quoting_statuses

Position = tuple[int, int]
AT_A_TIME = 2000
# Kinds by what they are about: the subject is a status, or the account is the person whose records may differ.
OF_STATUSES = ("status.", "quote.", "favourite.", "reblog.")
OF_ACCOUNTS = ("account.", "age.", "consent.", "credential.", "media.", "presence.", "score.", "training.")
# Most events, and what they say of their subject is the same for all of them.
DELETED = "status.deleted"
PLAIN = (
    DELETED,
    "status.posted",
    "status.edited",
    "favourite.created",
    "favourite.removed",
    "reblog.created",
    "reblog.removed",
)
# The account is the moderator; whom it concerns stands in its data.
OF_TARGETS = ("decision.",)
ANSWERS = "training_replies"
# Of a status first, then of its author. Recipients read these: they say no more of a person than they must.
STATUS_REASONS = {
    DELETED: "deleted",
    "status.withheld": "withheld",
    "status.kept_from_training": "not_for_training",
}
AUTHOR_REASONS = {
    "consent.withdrawn": "consent_withdrawn",
    "credential.ended": "credential_ended",
    "account.restricted": "account_restricted",
    "training.held": "held",
    "presence.demanded": "held",
}
CONSENT_REASON = AUTHOR_REASONS["consent.withdrawn"]
QUOTED_REASON = "quoted_taken_back"
OTHER_REASON = "no_longer_eligible"
# What changes whether a status that quotes this one may be used.
TAKES_QUOTES_ALONG = frozenset(
    {
        "status.deleted",
        "status.withheld",
        "status.restored",
        "status.kept_from_training",
        "status.let_into_training",
    }
)
# What changes how many answers the answered one has.
COUNTS_AS_ANSWER = frozenset({"status.posted", "status.deleted", "status.withheld", "status.restored"})


@dataclass
class Changes:
    """Accounts whose records may all differ now, single statuses whose records may, and why some may have gone.

    Something happens to the accounts in `unsettled` that is for the next release to say: events before it may still come.
    """

    accounts: set[int] = field(default_factory=set)
    statuses: set[int] = field(default_factory=set)
    of_statuses: dict[int, str] = field(default_factory=dict)
    of_authors: dict[int, str] = field(default_factory=dict)
    unsettled: set[int] = field(default_factory=set)


@dataclass
class _Others:
    """Whose changes concern others: people and statuses that may be quoted, answers that count, people whose answers go."""

    quoted_people: set[int] = field(default_factory=set)
    quoted: set[int] = field(default_factory=set)
    counted: set[int] = field(default_factory=set)
    silent: set[int] = field(default_factory=set)


def changes_between(start: Position, end: Position, *, purposes: Collection[str]) -> Changes:
    """What the events after `start`, up to and including `end`, are about. `end` must be settled.

    `purposes` are the consents that the dataset's records rest on.
    """
    changes, others = Changes(), _Others()
    plain = subjects_between(after=start, until=end, kinds=PLAIN)
    for kind, status_ids in plain.items():
        changes.statuses.update(status_ids)
        if kind in COUNTS_AS_ANSWER:
            others.counted.update(status_ids)
        if kind in TAKES_QUOTES_ALONG:
            others.quoted.update(status_ids)
    position = start
    while position < end:
        events = read_after(position=position, limit=AT_A_TIME, without=PLAIN)
        for event in events:
            if (event.transaction, event.seq) <= end:
                _note(changes, others, event, purposes)
        position = (events[-1].transaction, events[-1].seq) if len(events) == AT_A_TIME else end
    # Nothing follows upon that, whatever was said of it before.
    changes.of_statuses |= dict.fromkeys(plain.get(DELETED, ()), STATUS_REASONS[DELETED])
    _note_others(changes, others)
    for event in unsettled_after(end, kinds=(*OF_ACCOUNTS, *OF_TARGETS)):
        changes.unsettled.add(_target(event) or event.account_id or 0)
    return changes


def _target(event: Recorded) -> int | None:
    """Whom a decision concerns."""
    return int(event.data.get("target_id") or 0) if event.kind.startswith(OF_TARGETS) else None


def _note(changes: Changes, others: _Others, event: Recorded, purposes: Collection[str]) -> None:
    if target := _target(event):
        changes.accounts.add(target)
    elif event.kind.startswith(OF_STATUSES) and event.subject_id is not None:
        changes.statuses.add(event.subject_id)
        if reason := STATUS_REASONS.get(event.kind):
            changes.of_statuses[event.subject_id] = reason
        if event.kind in TAKES_QUOTES_ALONG:
            others.quoted.add(event.subject_id)
        if event.kind in COUNTS_AS_ANSWER:
            others.counted.add(event.subject_id)
        if event.kind == "quote.lost":
            changes.of_statuses[event.subject_id] = QUOTED_REASON
    elif event.kind.startswith(OF_ACCOUNTS) and event.account_id is not None:
        purpose = event.data.get("purpose") if event.kind.startswith("consent.") else None
        if purpose is not None and purpose not in purposes:
            return
        changes.accounts.add(event.account_id)
        if purpose == ANSWERS:
            # The author's other posts stay: this says why single ones go.
            others.silent |= {event.account_id} if event.kind == "consent.withdrawn" else set()
        elif reason := AUTHOR_REASONS.get(event.kind):
            changes.of_authors[event.account_id] = reason
        if purpose is not None or event.kind == "account.closed":
            others.quoted_people.add(event.account_id)


def _note_others(changes: Changes, others: _Others) -> None:
    if others.counted:
        changes.statuses |= answered_statuses(others.counted)
    if others.silent:
        changes.of_statuses |= dict.fromkeys(answers_of(others.silent), CONSENT_REASON)
    if others.quoted_people or others.quoted:
        quoting = quoting_statuses(account_ids=others.quoted_people, status_ids=others.quoted)
        changes.statuses |= quoting
        for status_id in quoting:
            changes.of_statuses.setdefault(status_id, QUOTED_REASON)
