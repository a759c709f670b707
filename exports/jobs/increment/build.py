"""The files of a release under way."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from exports.engines import folder, rests_on, state
from exports.engines.columns import SETTLED
from exports.engines.manifest import ReleaseFile
from exports.jobs.increment.before import Before
from exports.jobs.increment.candidates import Candidates, Reader
from exports.jobs.increment.comparing import Comparison
from exports.jobs.increment.linking import links
from exports.jobs.increment.merging import Layout, Merging, Written
from exports.jobs.increment.merging_state import merge_state
from exports.jobs.increment.people import People, people_now
from exports.jobs.increment.settling import Settled, has_texts, rests_on_several, settle


@dataclass(frozen=True)
class Touched:
    """What has to be read anew: all of the accounts in `whole` ({account id: pseudonym}), and single statuses.

    `statuses` has their ids, also of those that are gone; of accounts in `changed` single ones are not read: all of
    theirs is, or nothing. Of those in `unsure` the gate is asked anew, whatever it said before.
    """

    whole: Mapping[int, str] = field(default_factory=dict)
    statuses: frozenset[int] = frozenset()
    changed: frozenset[int] = frozenset()
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
    people: People = field(default_factory=People)
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
    candidates.read(touched.whole)
    candidates.read_single(sorted(touched.statuses), without=touched.changed)
    shape, written = reader.shape, Written(building, number)
    accounts, statuses = state.numbers(touched.whole), state.numbers(touched.statuses)
    settled = settle(shape, before, candidates, accounts=accounts, statuses=statuses)
    _read_again(candidates, settled)
    dropped = settled.dropped["status_id"].combine_chunks()
    index = before.all_index
    replaced = state.among(index["account_id"], accounts)
    replaced |= state.among(index["subject"], pa.concat_arrays([statuses, dropped]))
    linked = links(shape, before, candidates, settled, replaced=replaced)
    layout = Layout.of(before, size=candidates.size())
    merging = Merging(Comparison(shape, before, candidates, linked, dropped, replaced), layout, written)
    merging.merge()
    removed = settled.touched if has_texts(shape) else _resting_on(before, index, replaced)
    if shape.state_schema is not None:
        merge_state(before, candidates, removed=removed, layout=layout, written=written)
    _note_consented(before, candidates, written)
    return _described(candidates, settled, merging, _noted_people(before, candidates, settled, merging, removed))


def _read_again(candidates: Candidates, settled: Settled) -> None:
    """Texts that were duplicates of what is gone. Their state is there already."""
    candidates.read_single(settled.again.to_pylist(), with_state=False)


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


def _noted_people(
    before: Before, candidates: Candidates, settled: Settled, merging: Merging, removed: NDArray[np.bool_]
) -> People:
    """How many records rest on each person, for the next increment and for those who ask for theirs."""
    if rests_on_several(candidates.reader.shape):
        were = before.all_state.filter(pa.array(removed)) if before.state else rests_on.RESTS_ON.empty_table()
        gained, lost = rests_on.people_of(candidates.state_of()), rests_on.people_of(were)
    else:
        gained, lost = state.joined(merging.gained), state.joined(merging.lost)
    people = people_now(before, candidates, settled, gained=gained, lost=lost)
    state.write(people.now, merging.written.building / folder.PEOPLE)
    return people


def _described(candidates: Candidates, settled: Settled, merging: Merging, people: People) -> Increment:
    written = merging.written
    several = rests_on_several(candidates.reader.shape)
    owners = state.owners(state.owners_of(written.index.values())) if several else people.with_records()
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
        people=people,
        authors=len(owners),
        counts=_counts(written),
    )
    made.funnel.update({row["values"]: row["counts"] for row in pc.value_counts(pushed["reason"]).to_pylist()})
    made.funnel["kept"] = len(came) - pushed.num_rows
    return made


def _counts(written: Written) -> dict[str, dict[str, int]]:
    counts: dict[str, Counter[str]] = {}
    for rows in written.index.values():
        for name, found in state.counts_of(rows).items():
            counts.setdefault(name, Counter()).update(found)
    return {name: dict(sorted(found.items())) for name, found in sorted(counts.items())}
