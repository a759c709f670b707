"""On what and on whom a record rests: every status and every person that it could not be there without.

A question and its answer are two people's: when either takes back what they agreed to, the record goes.
"""

from collections.abc import Collection, Iterable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

# `status_id` is null where a record rests on no status.
RESTS_ON = pa.schema([("record_id", pa.large_string()), ("status_id", pa.int64()), ("account_id", pa.int64())])


def people_of(state: pa.Table) -> pa.ChunkedArray:
    """The account ids of those on whom records rest: each once for each record."""
    pairs = state.select(["record_id", "account_id"])
    return pairs.group_by(pairs.column_names).aggregate([])["account_id"]


def reasons(
    state: pa.Table, *, gone: Collection[str], of_statuses: Mapping[int, str], of_people: Mapping[int, str]
) -> dict[str, str]:
    """Why each record in `gone` went, by what it rested on: a status first, then a person. Others are left out."""
    rows = state.filter(pc.is_in(state["record_id"], pa.array(sorted(gone), pa.large_string()))).to_pylist()
    by_status = _first((row["record_id"], of_statuses.get(row["status_id"])) for row in rows)
    by_person = _first((row["record_id"], of_people.get(row["account_id"])) for row in rows)
    return by_person | by_status


def _first(found: Iterable[tuple[str, str | None]]) -> dict[str, str]:
    said: dict[str, str] = {}
    for record_id, reason in found:
        if reason is not None:
            said.setdefault(record_id, reason)
    return said
