"""The files of a release under way."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from exports.engines import folder, state
from exports.engines.manifest import ReleaseFile
from exports.jobs.increment.before import Before, Part
from exports.jobs.increment.candidates import Candidates, Reader
from exports.jobs.increment.merging import Merged, Parent, Written, merge_bucket, merge_state
from exports.jobs.increment.settling import has_texts, is_touched, link, settle, with_links


@dataclass(frozen=True)
class Touched:
    """What has to be read anew: all of the accounts in `whole` ({account id: pseudonym}), and single statuses.

    `statuses` has their ids, also of those that are gone; `single` is {status id: account id} of those that are still
    there, and `authors` has the pseudonym of every account in it.
    """

    whole: Mapping[int, str] = field(default_factory=dict)
    single: Mapping[int, int] = field(default_factory=dict)
    statuses: frozenset[int] = frozenset()
    authors: Mapping[int, str] = field(default_factory=dict)

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
    # {subject: the filter's name} of texts that others push out
    dropped: dict[int, str] = field(default_factory=dict)
    # {account id: (bucket, records in this release)} of everybody who may have more or fewer of them
    contributions: dict[int, tuple[int, int]] = field(default_factory=dict)
    authors: int = 0
    # {filter: rows it dropped}, and {column: {value: records}} of all records
    funnel: Counter[str] = field(default_factory=Counter)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    # Rows of the shape's state that came, and whether the next increment needs them though nobody sees a difference.
    state: list[pa.Table] = field(default_factory=list)
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
    candidates.read(touched.whole, status_ids=None)
    if touched.single:
        candidates.read(touched.authors, status_ids=touched.single.keys())
    build = _Build(reader, before, candidates, Written(building, number), touched)
    return build.increment()


class _Build:
    def __init__(
        self, reader: Reader, before: Before, candidates: Candidates, written: Written, touched: Touched
    ) -> None:
        self.reader, self.shape = reader, reader.shape
        self.before, self.candidates, self.written = before, candidates, written
        self.accounts = state.numbers(touched.whole)
        self.statuses = state.numbers(touched.statuses if self.shape.reads_single else ())
        self.settled = settle(self.shape, before, candidates, accounts=self.accounts, statuses=self.statuses)
        self.dropped = state.numbers(self.settled.dropped)
        self.replaced = self._replaced()
        if self.settled.again:
            self._read_again()
        removed = [subject for rows in self.replaced.values() for subject in rows["subject"].to_pylist()]
        link(self.shape, before, candidates, self.settled, removed=removed)

    def increment(self) -> Increment:
        made = Increment(dropped=self.settled.dropped, hidden=self.settled.hidden, funnel=self.candidates.funnel)
        came = self.candidates.all_index()["subject"].to_pylist()
        pushed = [self.settled.dropped[subject] for subject in came if subject in self.settled.dropped]
        made.funnel.update(pushed)
        made.funnel["kept"] = len(came) - len(pushed)
        known = {bucket for bucket, _ in [*self.before.files, *self.before.state]}
        gone = [made.gone]
        for bucket in sorted(known | self.candidates.index.keys() | self.candidates.state.keys()):
            merged = self._merge(bucket)
            self._merge_state(bucket)
            made.added += merged.added
            made.changed += merged.changed
            gone.append(merged.gone)
            made.contributions.update(self._contributions(bucket, merged.owners))
        made.gone = state.concatenated(gone, state.INDEX)
        made.files, made.carried = self.written.files, self.written.carried
        made.state = [each for tables in self.candidates.state.values() for each in tables]
        made.authors = self._people()
        self._count(made)
        return made

    def _replaced(self) -> dict[Part, pa.Table]:
        """The parent's records that were read anew, or that a duplicate has pushed out."""
        subjects = pa.concat_arrays([self.statuses, self.dropped])
        return {
            part: rows.filter(pc.or_(pc.is_in(rows["account_id"], self.accounts), pc.is_in(rows["subject"], subjects)))
            for part, rows in self.before.index.items()
        }

    def _read_again(self) -> None:
        """Texts that were duplicates of what is gone. Their state is there already."""
        wanted = state.numbers(self.settled.again)
        owners = [state.having(rows, "status_id", wanted)["account_id"] for rows in self.before.state.values()]
        authors = {owner: self.reader.keys.author(owner) for owner in state.owners(*owners).to_pylist()}
        self.candidates.read(authors, status_ids=self.settled.again, with_state=False)

    def _merge(self, bucket: int) -> Merged:
        parent = Parent(self.shape, self.before, bucket)
        old, old_index = parent.having(self.settled.relinked)
        came = self.candidates.indexed(bucket)
        kept = pc.invert(pc.is_in(came["subject"], self.dropped))
        fresh = pa.concat_tables([state.chosen(self.candidates.records(bucket), kept), old])
        index = pa.concat_tables([state.chosen(came, kept), old_index])
        if index.num_rows and self.shape.links and self.shape.state_schema is not None:
            # What came stands before what was: a text that was edited is in both.
            states = [self.candidates.state_of(bucket), *self.before.states_of(bucket)]
            rows = state.concatenated(states, self.shape.state_schema)
            subjects = index["subject"].combine_chunks()
            fresh = with_links(self.shape, fresh, subjects, rows, self.settled.inside)
        return merge_bucket(
            parent,
            fresh=fresh,
            index=index,
            replaced=pa.concat_tables([self._away(bucket), old_index]),
            written=self.written,
        )

    def _merge_state(self, bucket: int) -> None:
        if self.shape.state_schema is None:
            return
        rows = self.candidates.state_of(bucket)
        if has_texts(self.shape):
            old = state.concatenated(self.before.states_of(bucket), self.shape.state_schema)
            left = old.filter(is_touched(old, accounts=self.accounts, statuses=self.statuses))
            key, removed = "status_id", left["status_id"].combine_chunks()
        else:
            key, removed = "record_id", self._away(bucket)["record_id"].combine_chunks()
        merge_state(self.before, bucket, rows=rows, removed=removed, key=key, written=self.written)

    def _away(self, bucket: int) -> pa.Table:
        return state.concatenated([rows for part, rows in self.replaced.items() if part[0] == bucket], state.INDEX)

    def _contributions(self, bucket: int, owners: pa.Array) -> dict[int, tuple[int, int]]:
        """How many records these accounts have in the bucket now."""
        found = dict.fromkeys(owners.to_pylist(), 0)
        for rows in self.written.of_bucket(bucket):
            for row in pc.value_counts(state.having(rows, "account_id", owners)["account_id"]).to_pylist():
                found[row["values"]] += row["counts"]
        return {account_id: (bucket, records) for account_id, records in found.items()}

    def _people(self) -> int:
        """How many have records; who is in the state and has none is noted for the next increment."""
        authors = state.owners(*(rows["account_id"] for rows in self.written.index.values()))
        silent = self.settled.people.filter(pc.invert(pc.is_in(self.settled.people, authors)))
        state.write(pa.table([silent], schema=state.SILENT), self.written.building / folder.SILENT)
        return len(authors)

    def _count(self, made: Increment) -> None:
        counts: dict[str, Counter[str]] = {}
        for rows in self.written.index.values():
            for name, found in state.counts_of(rows).items():
                counts.setdefault(name, Counter()).update(found)
        made.counts = {name: dict(sorted(found.items())) for name, found in sorted(counts.items())}
