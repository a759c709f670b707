"""From statuses that passed the gate to a recipient's records: one Daft plan."""

import os
from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa

from exports.engines import language, pii
from exports.engines.columns import RECORDS

# Daft reports every import and run to its makers unless told not to (daft/scarf_telemetry.py), and draws progress bars.
os.environ |= {"DAFT_ANALYTICS_ENABLED": "0", "DO_NOT_TRACK": "1", "DAFT_PROGRESS_BAR": "0"}
os.environ.setdefault("DAFT_RUNNER", "native")


def records(*, statuses: pa.Table, authors: pa.Table, opaque_id: Callable[[int], str]) -> pa.Table:
    """Records in the order of their ids, with `columns.RECORDS` as schema.

    `statuses` and `authors` have the schemas of `columns`; `opaque_id` gives the recipient's id for a status id.
    """
    found: pa.Table = _plan(statuses, authors, opaque_id).to_arrow()
    return found.select(RECORDS.names).cast(RECORDS.remove_metadata()).replace_schema_metadata(RECORDS.metadata)


def _plan(statuses: pa.Table, authors: pa.Table, opaque_id: Callable[[int], str]) -> Any:
    # Imported here: Daft starts threads, and threads do not live through the fork that makes a worker process.
    import daft
    from daft import DataType, col

    def opaque(ids: Any) -> pa.Array:
        return pa.array([opaque_id(number) for number in ids.to_pylist()], pa.large_string())

    def cleaned(texts: Any) -> pa.Array:
        return _cleaned(texts.to_pylist())

    # A worker process is a daemon and may have no children, so the functions run in its own threads.
    as_ids = daft.func.batch(return_dtype=DataType.string(), use_process=False)(opaque)
    text_type = DataType.struct(
        {
            "text": DataType.string(),
            "masked": DataType.int32(),
            "language": DataType.string(),
            "language_score": DataType.float32(),
        }
    )
    as_text = daft.func.batch(return_dtype=text_type, use_process=False)(cleaned)
    joined = daft.from_arrow(statuses).join(daft.from_arrow(authors), on="account_id")
    processed = joined.with_column("record_id", as_ids(col("id"))).with_column("cleaned", as_text(col("text")))
    made = ("text", "masked", "language", "language_score")
    columns = [col("cleaned")[name].alias(name) if name in made else col(name) for name in RECORDS.names]
    return processed.select(*columns).sort("record_id")


def _cleaned(texts: Sequence[str]) -> pa.Array:
    rows = []
    for text in texts:
        masked, finds = pii.mask(text)
        code, score = language.identify(masked)
        rows.append({"text": masked, "masked": sum(finds.values()), "language": code, "language_score": score})
    fields = [(name, RECORDS.field(name).type) for name in ("text", "masked", "language", "language_score")]
    return pa.array(rows, pa.struct(fields))
