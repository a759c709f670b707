"""Texts: what people posted, one record each."""

from collections.abc import Callable, Collection, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from numpy.typing import NDArray

from exports.engines import duplicates, state
from exports.engines.columns import AUTHORS, CONSENTED, RECORDS, SCHEMA_VERSION, SKETCH, STATUSES, WRITERS
from exports.engines.eligible import eligible
from exports.engines.filters import Filter
from exports.engines.keys import PseudonymKeys
from exports.engines.plan import Transformation
from exports.queries.shapes.plain import Plain, masker
from exports.queries.shapes.port import Context, Fresh
from feed.queries.training import UNIQUE, consented_author_table, consented_single_statuses, consented_status_table

# SPDX's form for terms that are in no list of licences: those that the recipient signed, for texts under this policy.
LICENCE = "LicenseRef-Humankind-Training-Text-{version}"
LINKS = {"in_reply_to": "in_reply_to", "thread": "root"}
STATE = pa.schema(
    [
        pa.field("status_id", pa.int64(), nullable=False),
        pa.field("account_id", pa.int64(), nullable=False),
        *((column, pa.int64()) for column in LINKS.values()),
        *SKETCH,
    ]
)


class Text(Plain):
    """Own posts of those who agreed to `training_text`, and their answers to others if they gave `training_replies` too."""

    purpose = "training_text"
    consents: tuple[str, ...] = ("training_text", "training_replies")
    schema: pa.Schema = RECORDS
    schema_version = SCHEMA_VERSION
    state_schema: pa.Schema | None = STATE
    links: Mapping[str, str] = LINKS
    reads_single = True

    def fresh(
        self,
        *,
        authors: Mapping[int, str],
        keys: PseudonymKeys,
        filter: Filter,
        context: Context,
    ) -> Fresh:
        """One record for each status that passes, duplicates too."""
        known = state.having(context.consented, "account_id", pa.array(authors.keys(), pa.int64()))
        unknown = authors.keys() - set(known["account_id"].to_pylist())
        asked = _named(consented_author_table(purpose=self.purpose, account_ids=unknown), authors.__getitem__)
        agreed = pa.concat_tables([known, asked])
        return _made(consented_status_table(purpose=self.purpose, authors=agreed), agreed, asked, keys, filter)

    def single(
        self,
        *,
        status_ids: Collection[int],
        without: Collection[int],
        keys: PseudonymKeys,
        filter: Filter,
        context: Context,
    ) -> Fresh:
        """The same of single statuses."""
        statuses, authors = consented_single_statuses(
            purpose=self.purpose, status_ids=status_ids, known=context.consented, without=without
        )
        known = state.having(context.consented, "account_id", authors["account_id"].combine_chunks())
        asked = state.without(authors, "account_id", known["account_id"].combine_chunks())
        asked = _named(asked, keys.author)
        return _made(statuses, pa.concat_tables([known, asked]), asked, keys, filter)

    def settle(self, *, filter: Filter, old: pa.Table, touched: NDArray[np.bool_], came: pa.Table) -> pa.Table:
        """Equal texts, and near ones where the dataset leaves them out; the earliest stays."""
        return duplicates.settle(old=old, touched=touched, came=came, near=filter.near_duplicates == "drop")


def transformation(keys: PseudonymKeys, filter: Filter) -> Transformation:
    """The plan as the settings would have it run."""
    return Transformation(
        keys,
        masker=masker(),
        near_duplicates=filter.near_duplicates == "drop",
        runner=settings.EXPORT_RUNNER,
        address=settings.EXPORT_RAY_ADDRESS,
    )


def as_asked(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The columns of `schema`; null where the gate has none, and where a language was not looked for yet."""
    unseen = pc.equal(table["language"], "")
    table = table.set_column(
        table.schema.get_field_index("language"),
        "language",
        pc.if_else(unseen, pa.scalar(None, pa.large_string()), table["language"]),
    )
    columns = [
        table[part.name].cast(part.type) if part.name in table.column_names else pa.nulls(table.num_rows, part.type)
        for part in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def _named(authors: pa.Table, pseudonym: Callable[[int], str]) -> pa.Table:
    """What the gate says of authors, as `columns.CONSENTED`."""
    names = pa.array([pseudonym(account_id) for account_id in authors["account_id"].to_pylist()], pa.large_string())
    return authors.append_column("author", names).select(CONSENTED.names)


def _made(statuses: pa.Table, agreed: pa.Table, asked: pa.Table, keys: PseudonymKeys, filter: Filter) -> Fresh:
    """What the `statuses` of those who `agreed` give."""
    found = transformation(keys, filter).apply(
        statuses=as_asked(statuses, STATUSES), authors=_authors_table(agreed, keys)
    )
    passed = eligible(found, filter)
    return Fresh(
        records=passed.records,
        subjects=passed.beside["status_id"].combine_chunks(),
        funnel=passed.funnel,
        state=_with_links(passed.beside, statuses),
        consented=asked,
        authors=agreed.select(WRITERS.names),
    )


def _with_links(beside: pa.Table, statuses: pa.Table) -> pa.Table:
    places = pc.index_in(beside["status_id"], statuses["id"])
    linked = {column: statuses[column].take(places) for column in LINKS.values()}
    # A thread's first status and an answer to nobody point to themselves, or to nothing.
    own = pc.equal(linked["root"], beside["status_id"])
    linked["root"] = pc.if_else(own, pa.scalar(None, pa.int64()), linked["root"])
    return pa.Table.from_arrays(
        [linked.get(name, beside[name] if name in beside.column_names else None) for name in STATE.names], schema=STATE
    )


def _authors_table(agreed: pa.Table, keys: PseudonymKeys) -> pa.Table:
    versions = agreed["policy_version"].combine_chunks().dictionary_encode()
    licences = [LICENCE.format(version=version) for version in versions.dictionary.to_pylist()]
    columns = {
        "personhood_level": pa.repeat(pa.scalar(UNIQUE, pa.large_string()), agreed.num_rows),
        "licence": pa.array(licences, pa.large_string()).take(versions.indices),
        "consent_receipt": keys.opaque_ids("consent", agreed["consent_id"].to_numpy()),
    }
    return pa.Table.from_arrays(
        [columns[name] if name in columns else agreed[name] for name in AUTHORS.names], schema=AUTHORS
    )
