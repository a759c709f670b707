"""Whose records have to be read again."""

import datetime as dt
from collections.abc import Collection

import pyarrow as pa

from exports.engines import shard, state
from exports.engines.keys import PseudonymKeys
from exports.jobs.increment.before import Before
from exports.jobs.increment.build import Touched
from exports.jobs.increment.settling import rests_on_several
from exports.models import Contribution, Dataset
from exports.queries.changes import Changes
from exports.queries.shapes import Shape
from feed.queries.training import authors_of, consented_author_table
from identity.queries.consents import consented_accounts
from identity.queries.personhood import lapsed_since


def everybody(dataset: Dataset, shape: Shape, keys: PseudonymKeys) -> Touched:
    """Whoever has records and whoever may have some."""
    # Whether those who agreed may be read is asked when they are: to ask of everybody twice takes longer than to read.
    contributing = Contribution.objects.filter(dataset=dataset, until=None).values_list("account_id", flat=True)
    accounts = {*contributing} | {*consented_accounts(shape.purpose)}
    return Touched(whole=_pseudonyms(accounts, keys))


def touched_by(shape: Shape, keys: PseudonymKeys, changes: Changes, before: Before, *, since: dt.datetime) -> Touched:
    """Who is concerned by the changes, and by the time that went by since the parent was begun at `since`.

    Of all losses there is an event, or the clock tells them.
    """
    ran_out = lapsed_since(since)
    accounts, statuses = set(changes.accounts), set(changes.statuses)
    accounts |= _known(before, ran_out)
    accounts |= shape.entangled(account_ids=accounts, status_ids=statuses)
    if rests_on_several(shape):
        accounts |= _owners(before, accounts, statuses)
    if not shape.reads_single:
        accounts |= authors_of(statuses)
        statuses = set()
    whole = _known(before, accounts) | {*_passing(shape, accounts)}
    unsure = accounts | ran_out | changes.unsettled
    return Touched(
        whole=_pseudonyms(whole, keys),
        statuses=frozenset(statuses),
        changed=frozenset(accounts),
        unsure=frozenset(unsure),
    )


def changed_unseen(shape: Shape, before: Before) -> set[int]:
    """Of whom the gate says something else than before, whatever the reason, and whom it lets in now.

    A look at everybody, for what has no event: rules that the settings changed, or a row that somebody changed by hand.
    """
    were, are = before.consented.drop_columns(["author"]), consented_author_table(purpose=shape.purpose)
    noted, passing = ({*rows["account_id"].to_pylist()} for rows in (were, are))
    unseen = ({*before.people["account_id"].to_pylist()} | noted) - passing
    if shape.reads_single:
        unseen |= passing - noted
    both = state.numbers(noted & passing)
    were, are = (state.having(rows, "account_id", both).sort_by("account_id") for rows in (were, are))
    return unseen | {*are["account_id"].filter(shard.differing(were, are)).to_pylist()}


def _passing(shape: Shape, account_ids: Collection[int]) -> list[int]:
    found = consented_author_table(purpose=shape.purpose, account_ids=account_ids)
    passing: list[int] = found["account_id"].to_pylist()
    return passing


def _known(before: Before, account_ids: Collection[int]) -> set[int]:
    """Those of them on whom the parent's records or its state rest."""
    return {*state.having(before.people, "account_id", state.numbers(account_ids))["account_id"].to_pylist()}


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
