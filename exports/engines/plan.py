"""From statuses that passed the gate to a recipient's records: one Daft plan, on this machine or on a Ray cluster."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from exports.engines import language, quality, runner
from exports.engines.bands import BANDS, ROWS_IN_BAND, bands_column
from exports.engines.columns import AUTHORS, RECORDS, SKETCH, STATUSES
from exports.engines.duplicates import SHINGLE, SHORTEST
from exports.engines.engagement import suppressed
from exports.engines.keys import PseudonymKeys
from exports.engines.pii.columnar import PatternMasker
from exports.engines.pii.port import Masker
from exports.engines.similarity import bits_column
from exports.engines.spacing import spaced

COUNTS = ("favourites", "reblogs", "replies")
LINKS = ("in_reply_to", "thread")  # null until it is known which records there are
# What Python functions make of whole columns: of the text, and of the rest.
CLEANED = [*((name, RECORDS.field(name).type) for name in ("text", "masked", "language", "language_score", "quality"))]
HIDDEN = [*((name, RECORDS.field(name).type) for name in ("record_id", "labels", "created", *COUNTS))]
ASIDE = [("reason", pa.large_string()), ("length", pa.int64())]  # made with the text, and in no record
_OF_SIGNATURES = {"bands": bands_column, "bits": bits_column}
# Beside the records: whose each is, why it is left out (null if it stays), and what tells its duplicates.
BESIDE = pa.schema([("status_id", pa.int64()), ("account_id", pa.int64()), ("reason", pa.large_string()), *SKETCH])


@dataclass(frozen=True)
class Transformed:
    """Records with `columns.RECORDS` as schema, in no order, and as many rows of `BESIDE` in the same."""

    records: pa.Table
    beside: pa.Table


@dataclass(frozen=True)
class Transformation:
    """How texts become records; the same object for one machine and for a cluster, where it is sent by pickle.

    With `near_duplicates` each text is sketched (MinHash), so that its near-duplicates can be found. `runner` is "native"
    or "ray"; `address` the Ray cluster's, None for one on this machine.
    """

    keys: PseudonymKeys
    masker: Masker = field(default_factory=PatternMasker)
    near_duplicates: bool = True
    runner: str = "native"
    address: str | None = None

    def apply(self, *, statuses: pa.Table, authors: pa.Table) -> Transformed:
        """`statuses` and `authors` have the schemas of `columns`; a status without an author among them is left out."""
        if not statuses.num_rows:
            return Transformed(RECORDS.empty_table(), BESIDE.empty_table())
        runner.use(self.runner, self.address)
        # What is the same for all authors, such as the policy's version, needs no look at the author of each row.
        alike = {name: authors[name][0].as_py() for name in AUTHORS.names if len(authors[name].unique()) == 1}
        alike = {name: value for name, value in alike.items() if name != "account_id"} | dict.fromkeys(LINKS)
        made: pa.Table = self._plan(statuses, authors, alike).to_arrow()
        for name, value in alike.items():
            made = made.append_column(name, _repeated(value, made["status_id"]))
        records = made.select(RECORDS.names).cast(RECORDS.remove_metadata()).replace_schema_metadata(RECORDS.metadata)
        columns = [_as_kept(made, part) for part in BESIDE]
        return Transformed(records, pa.Table.from_arrays(columns, schema=BESIDE))

    def _plan(self, statuses: pa.Table, authors: pa.Table, alike: Collection[str]) -> Any:
        """The records' columns but for those that are `alike` in all of them, and what `BESIDE` is made of."""
        # Imported here: Daft starts threads, and threads do not live through the fork that makes a worker process.
        import daft
        from daft import col
        from daft.functions import hash, minhash, normalize, when

        differing = [name for name in AUTHORS.names if name not in alike and name != "account_id"]
        rows = daft.from_arrow(_with_authors(statuses, authors, differing)).with_columns(
            {
                "hidden": _batch(HIDDEN, self.hidden)(
                    *(col(name) for name in ("id", "sensitive", "warning", "created", *COUNTS)),
                ),
                "cleaned": _batch([*CLEANED, *ASIDE], self.cleaned)(
                    *(col(name) for name in ("text", "language", "language_score", "declared_language"))
                ),
            }
        )
        made = {name: col("cleaned")[name] for name, _ in CLEANED} | {name: col("hidden")[name] for name, _ in HIDDEN}
        columns = [made.get(name, col(name)).alias(name) for name in RECORDS.names if name not in alike]
        text, is_long = made["text"], col("cleaned")["length"] >= SHORTEST
        columns += [col("id").alias("status_id"), col("account_id"), col("cleaned")["reason"].alias("reason")]
        columns += [when(is_long, hash(text)).alias("exact")]
        if self.near_duplicates:
            plain = normalize(text, remove_punct=True, lowercase=True, white_space=True)
            sketch = minhash(
                _batch(pa.large_string(), _spaced)(plain),
                num_hashes=BANDS * ROWS_IN_BAND,
                ngram_size=SHINGLE,
                hash_function="xxhash3_64",
            )
            columns += [when(is_long, sketch).alias("signature")]
        return rows.select(*columns)

    def hidden(self, ids: Any, sensitive: Any, warnings: Any, created: Any, *counts: Any) -> pa.Array:
        """Opaque ids, labels, hours, and counts that are suppressed where they are small."""
        columns = [self.keys.opaque_ids("status", ids.to_arrow().to_numpy())]
        columns += [_labels(sensitive.to_arrow(), warnings.to_arrow()), _hours(created.to_arrow())]
        columns += [suppressed(each.to_arrow().to_numpy()) for each in counts]
        return pa.StructArray.from_arrays(columns, fields=[pa.field(name, type_) for name, type_ in HIDDEN])

    def cleaned(self, texts: Any, languages: Any, scores: Any, declared: Any) -> pa.Array:
        """Masked texts, their language where it is not known yet, their quality and why one is left out."""
        # In the text as it was written, as at posting: so a record is the same whoever looked.
        written = texts.to_arrow().cast(pa.large_string())
        codes, found = language.completed(
            written, languages.to_arrow().cast(pa.large_string()), scores.to_arrow().cast(pa.float32())
        )
        unknown = pc.equal(codes, language.UNKNOWN)
        masked = self.masker.mask(written, pc.if_else(unknown, declared.to_arrow().cast(pa.large_string()), codes))
        measured = quality.measure(masked.texts, masked.counts @ np.array([len(kind) for kind in masked.kinds]))
        columns = [masked.texts, masked.finds(), codes, found, pa.array(measured.quality), measured.reasons]
        columns += [measured.lengths]
        fields = [pa.field(name, type_) for name, type_ in [*CLEANED, *ASIDE]]
        return pa.StructArray.from_arrays(columns, fields=fields)


def _with_authors(statuses: pa.Table, authors: pa.Table, names: Sequence[str]) -> pa.Table:
    """The statuses that have an author among these, with these columns of theirs.

    Arrow looks up a few thousand authors at a fraction of what a join of two tables costs in the plan.
    """
    statuses = statuses.select(STATUSES.names)
    places = pc.index_in(statuses["account_id"], authors["account_id"].combine_chunks())
    if places.null_count:
        statuses, places = statuses.filter(places.is_valid()), places.drop_null()
    for name in names:
        statuses = statuses.append_column(authors.schema.field(name), authors[name].take(places))
    return statuses


def _batch(makes: Any, function: Any) -> Any:
    """`function` as a Daft function over whole columns."""
    import daft

    kind = pa.struct(makes) if isinstance(makes, list) else makes
    # A worker process is a daemon and may have no children, so the functions run in its own threads.
    return daft.func.batch(return_dtype=daft.DataType.from_arrow_type(kind), use_process=False)(function)


def _spaced(texts: Any) -> pa.Array:
    return spaced(texts.to_arrow().cast(pa.large_string()))


def _repeated(value: str | None, beside: pa.ChunkedArray) -> pa.ChunkedArray:
    """The value for each row; it is written as often as the longest chunk is long, and all of them share that."""
    lengths = [len(chunk) for chunk in beside.chunks]
    longest = pa.repeat(pa.scalar(value, pa.large_string()), max(lengths, default=0))
    return pa.chunked_array([longest.slice(0, length) for length in lengths], pa.large_string())


def _labels(sensitive: pa.Array, warnings: pa.Array) -> pa.Array:
    """For each row which of "sensitive" and "content_warning" hold."""
    warned = pc.not_equal(pc.fill_null(warnings, ""), "")
    held = np.stack([pc.fill_null(each, False).to_numpy(zero_copy_only=False) for each in (sensitive, warned)], axis=1)
    rows, which = np.divmod(np.flatnonzero(held), held.shape[1])
    offsets = np.zeros(len(held) + 1, np.int32)
    np.cumsum(np.bincount(rows, minlength=len(held)), out=offsets[1:])
    names = pa.array(["sensitive", "content_warning"], pa.large_string()).take(pa.array(which))
    return pa.ListArray.from_arrays(pa.array(offsets), names)


def _hours(moments: pa.Array) -> pa.Array:
    """The hour in which each is."""
    # Without a time zone, which would be looked up for each; UTC has whole hours.
    whole = pc.floor_temporal(moments.cast(pa.timestamp("us")), unit="hour")
    return whole.cast(pa.timestamp("s")).cast(RECORDS.field("created").type)


def _as_kept(made: pa.Table, part: pa.Field) -> Any:
    """A column of `BESIDE`; hashes are kept as signed numbers, signatures and what is made of them as bytes."""
    if part.name in _OF_SIGNATURES and "signature" in made.column_names:
        return _OF_SIGNATURES[part.name](_bytes_of(made["signature"]))
    if part.name not in made.column_names:
        return pa.nulls(made.num_rows, part.type)
    column = made[part.name]
    if part.name == "exact":
        return pc.fill_null(column.combine_chunks().view(pa.int64()) if column.type == pa.uint64() else column, 0)
    return _bytes_of(column) if part.name == "signature" else column.cast(part.type)


def _bytes_of(signatures: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = pa.binary(BANDS * ROWS_IN_BAND * 4)
    chunks: Sequence[pa.FixedSizeListArray] = signatures.chunks
    return pa.chunked_array([_same_bytes(chunk, kind) for chunk in chunks], kind)


def _same_bytes(chunk: pa.FixedSizeListArray, kind: pa.DataType) -> pa.Array:
    """The list's numbers as one value of so many bytes; nothing is copied."""
    valid, *_ = chunk.buffers()
    numbers = chunk.values
    content = numbers.buffers()[1].slice(numbers.offset * 4)
    return pa.FixedSizeBinaryArray.from_buffers(kind, len(chunk), [valid, content], offset=chunk.offset)
