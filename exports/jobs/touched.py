"""Whose records have to be read again."""

import datetime as dt
from collections.abc import Collection

import pyarrow as pa
from django.db.models import Exists, OuterRef, QuerySet

from common.id_sets import one_of
from exports.engines import state
from exports.engines.keys import PseudonymKeys
from exports.jobs.increment.before import Before
from exports.jobs.increment.build import Touched
from exports.jobs.increment.settling import rests_on_several
from exports.models import Contribution, Dataset
from exports.queries.changes import Changes
from exports.queries.shapes import Shape
from feed.queries.training import authors_of, consented_authors
from identity.queries.consents import consented_accounts
from identity.queries.personhood import lapsed_since


def everybody(dataset: Dataset, shape: Shape, keys: PseudonymKeys) -> Touched:
    """Whoever has records and whoever may have some."""
    # Whether those who agreed may be read is asked when they are: to ask of everybody twice takes longer than to read.
    accounts = {*_contributing(dataset)} | {*consented_accounts(shape.purpose)}
    return Touched(whole=_pseudonyms(accounts, keys))


def touched_by(
    dataset: Dataset, shape: Shape, keys: PseudonymKeys, changes: Changes, before: Before, *, since: dt.datetime
) -> Touched:
    """Who is concerned by the changes, and by the time that went by since the parent was begun at `since`."""
    contributing = _contributing(dataset)
    in_force = consented_accounts(shape.purpose).filter(account_id=OuterRef("account_id"))
    ran_out = lapsed_since(since)
    # Without a receipt in force, whatever the reason. Of all other losses there is an event, or the clock tells them.
    lapsed = {
        *contributing.filter(one_of("account_id", ran_out)),
        *contributing.filter(~Exists(in_force)),
    }
    if before.silent:
        agreeing = consented_accounts(shape.purpose).filter(one_of("account_id", before.silent))
        lapsed |= (before.silent & ran_out) | (before.silent - set(agreeing))
    accounts, statuses = changes.accounts | lapsed, set(changes.statuses)
    accounts |= shape.entangled(account_ids=accounts, status_ids=statuses)
    if rests_on_several(shape):
        accounts |= _owners(before, accounts, statuses)
    owners = authors_of(statuses)
    if not shape.reads_single:
        accounts |= set(owners.values())
        owners, statuses = {}, set()
    single = {status_id: owner for status_id, owner in owners.items() if owner not in accounts}
    known = {*contributing.filter(one_of("account_id", accounts))} | (before.silent & accounts)
    whole = known | set(consented_authors(purpose=shape.purpose, account_ids=accounts))
    return Touched(
        whole=_pseudonyms(whole, keys),
        single=single,
        statuses=frozenset(statuses),
        authors=_pseudonyms(set(single.values()), keys),
    )


def _contributing(dataset: Dataset) -> "QuerySet[Contribution, int]":
    return Contribution.objects.filter(dataset=dataset, until=None).values_list("account_id", flat=True)


def _owners(before: Before, accounts: Collection[int], statuses: Collection[int]) -> set[int]:
    """Authors of those records that rest on any of these people or statuses."""
    people, texts = state.numbers(accounts), state.numbers(statuses)
    if not before.state:
        return set()
    rows = before.all_state
    resting = state.among(rows["account_id"], people) | state.among(rows["status_id"], texts)
    record_ids = rows["record_id"].filter(pa.array(resting)).combine_chunks()
    return set(state.having(before.all_index, "record_id", record_ids)["account_id"].to_pylist())


def _pseudonyms(account_ids: Collection[int], keys: PseudonymKeys) -> dict[int, str]:
    return {account_id: keys.author(account_id) for account_id in sorted(account_ids)}
