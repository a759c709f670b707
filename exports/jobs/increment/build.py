"""The files of a release under way."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from exports.engines import folder, state
from exports.engines.columns import SETTLED
from exports.engines.keys import bucket_of
from exports.engines.manifest import ReleaseFile
from exports.jobs.increment.before import Before
from exports.jobs.increment.candidates import Candidates, Reader
from exports.jobs.increment.comparing import Comparison
from exports.jobs.increment.linking import links
from exports.jobs.increment.merging import Layout, Merging, Written
from exports.jobs.increment.merging_state import merge_state
from exports.jobs.increment.settling import Settled, has_texts, settle


@dataclass(frozen=True)
class Touched:
    """What has to be read anew: all of the accounts in `whole` ({account id: pseudonym}), and single statuses.

    `statuses` has their ids, also of those that are gone; `single` is {status id: account id} of those that are still
    there, and `authors` has the pseudonym of every account in it. Of those in `unsure` the gate is asked anew, whatever
    it said before.
    """

    whole: Mapping[int, str] = field(default_factory=dict)
    single: Mapping[int, int] = field(default_factory=dict)
    statuses: frozenset[int] = frozenset()
    authors: Mapping[int, str] = field(default_factory=dict)
    unsure: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.whole or self.statuses)


@dataclass
class Increment:
    """What a release consists of and how it differs from its parent."""

    files: list[ReleaseFile] = field(default_factory=list)
    carried: dict[str, str] = field(default_factory=dict)
    added: int = 0
    changed: int = 0
    # Rows of `state.INDEX`.
    gone: pa.Table = field(default_factory=state.INDEX.empty_table)
    # `status_id` and `reason`, the filter's name, of texts that others push out
    dropped: pa.Table = field(default_factory=SETTLED.empty_table)
    # {account id: (bucket, records in this release)} of everybody who may have more or fewer of them
    contributions: dict[int, tuple[int, int]] = field(default_factory=dict)
    authors: int = 0
    # {filter: rows it dropped}, and {column: {value: records}} of all records
    funnel: Counter[str] = field(default_factory=Counter)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    # Rows of the shape's state that came, and whether the next increment needs them though nobody sees a difference.
    state: pa.Table = field(default_factory=lambda: pa.table({}))
    hidden: bool = False

    @property
    def retracted(self) -> int:
        """Records that the parent had and this one has not."""
        return int(self.gone.num_rows)

    @property
    def differs(self) -> bool:
        """Whether a recipient would see any difference."""
        return bool(self.added or self.changed or self.retracted)


def build_increment(*, reader: Reader, number: int, building: Path, before: Before, touched: Touched) -> Increment:
    """Write the release's records and state into `building`; what stays as it was is named in `carried`."""
    candidates = Candidates(reader, building.with_name(folder.SCRATCH))
    candidates.read(touched.whole, single=None)
    if touched.single:
        candidates.read(touched.authors, single=touched.single)
    shape, written = reader.shape, Written(building, number)
    accounts = state.numbers(touched.whole)
    statuses = state.numbers(touched.statuses if shape.reads_single else ())
    settled = settle(shape, before, candidates, accounts=accounts, statuses=statuses)
    _read_again(before, candidates, settled)
    dropped = settled.dropped["status_id"].combine_chunks()
    index = before.all_index
    replaced = state.among(index["account_id"], accounts)
    replaced |= state.among(index["subject"], pa.concat_arrays([statuses, dropped]))
    linked = links(shape, before, candidates, settled, replaced=replaced)
    layout = Layout.of(before, size=candidates.size())
    merging = Merging(Comparison(shape, before, candidates, linked, dropped, replaced), layout, written)
    merging.merge()
    if shape.state_schema is not None:
        removed = settled.touched if has_texts(shape) else _resting_on(before, index, replaced)
        merge_state(before, candidates, removed=removed, layout=layout, written=written)
    _note_consented(before, candidates, written)
    return _described(before, candidates, settled, merging)


def _read_again(before: Before, candidates: Candidates, settled: Settled) -> None:
    """Texts that were duplicates of what is gone. Their state is there already."""
    if len(settled.again):
        rows = state.having(before.all_state, "status_id", settled.again)
        single = dict(zip(rows["status_id"].to_pylist(), rows["account_id"].to_pylist(), strict=True))
        authors = {owner: candidates.reader.keys.author(owner) for owner in single.values()}
        candidates.read(authors, single=single, with_state=False)


def _resting_on(before: Before, index: pa.Table, replaced: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Rows of a state that say on what records rest which were read anew."""
    if not before.state or not replaced.any():
        return np.zeros(before.all_state.num_rows, np.bool_)
    return state.among(before.all_state["record_id"], index["record_id"].filter(pa.array(replaced)).combine_chunks())


def _note_consented(before: Before, candidates: Candidates, written: Written) -> None:
    """What the gate said of authors, for the next increment."""
    rows = candidates.consented()
    if rows.equals(before.consented):
        if rows.num_rows:
            written.carry(before, folder.CONSENTED)
    else:
        state.write(rows.combine_chunks(), written.building / folder.CONSENTED)


def _described(before: Before, candidates: Candidates, settled: Settled, merging: Merging) -> Increment:
    written = merging.written
    found = pc.value_counts(state.owners_of(written.index.values()))
    contributions = _contributions(found, candidates, settled, merging)
    _note_silent(before, candidates, settled, contributions, written)
    came = candidates.indexed()["subject"]
    pushed = state.having(settled.dropped, "status_id", came.combine_chunks())
    made = Increment(
        files=written.files,
        carried=written.carried,
        changed=merging.changed,
        added=len(came) - pushed.num_rows - merging.again,
        gone=state.concatenated(merging.gone, state.INDEX),
        dropped=settled.dropped,
        funnel=candidates.funnel,
        state=candidates.state_of(),
        hidden=settled.hidden,
        contributions=contributions,
        authors=len(found),
        counts=_counts(written),
    )
    made.funnel.update({row["values"]: row["counts"] for row in pc.value_counts(pushed["reason"]).to_pylist()})
    made.funnel["kept"] = len(came) - pushed.num_rows
    return made


def _contributions(
    found: pa.StructArray, candidates: Candidates, settled: Settled, merging: Merging
) -> dict[int, tuple[int, int]]:
    """How many records everybody concerned has now, of what was `found` for everybody, and in which bucket."""
    owners = state.owners(*merging.owners, settled.concerned)
    records = dict.fromkeys(owners.to_pylist(), 0)
    of_owners = found.filter(pc.is_in(found.field("values"), owners))
    records |= zip(of_owners.field("values").to_pylist(), of_owners.field("counts").to_pylist(), strict=True)
    known, author = candidates.buckets, candidates.reader.keys.author
    buckets = {owner: known[owner] if owner in known else bucket_of(author(owner)) for owner in records}
    return {owner: (buckets[owner], number) for owner, number in records.items()}


def _note_silent(
    before: Before,
    candidates: Candidates,
    settled: Settled,
    contributions: Mapping[int, tuple[int, int]],
    written: Written,
) -> None:
    """Who is in the state of texts and has no record, for the next increment: as before, but for those concerned."""
    without = state.numbers([account_id for account_id, (_, records) in contributions.items() if not records])
    silent = before.silent - contributions.keys()
    if len(without) and has_texts(candidates.reader.shape):
        came = candidates.state_of()["account_id"]
        rest = before.all_state["account_id"] if before.state else came.slice(0, 0)
        rest = rest.filter(pa.array(state.among(rest, without) & ~settled.touched))
        there = state.owners(rest, came)
        silent |= set(there.filter(pc.is_in(there, without)).to_pylist())
    state.write(pa.table([state.numbers(silent)], schema=state.SILENT), written.building / folder.SILENT)


def _counts(written: Written) -> dict[str, dict[str, int]]:
    counts: dict[str, Counter[str]] = {}
    for rows in written.index.values():
        for name, found in state.counts_of(rows).items():
            counts.setdefault(name, Counter()).update(found)
    return {name: dict(sorted(found.items())) for name, found in sorted(counts.items())}
