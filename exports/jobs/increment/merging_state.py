"""The shape's own state beside the files: what came is added, and what was read anew or went is taken out."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from exports.engines import folder, state
from exports.engines.keys import PseudonymKeys, bucket_of
from exports.jobs.increment.before import Before
from exports.jobs.increment.candidates import Candidates
from exports.jobs.increment.merging import Layout, Written, spreading, too_many


def merge_state(
    before: Before, candidates: Candidates, *, removed: NDArray[np.bool_], layout: Layout, written: Written
) -> None:
    """Write the state. `removed` are the rows of the parent's that are not in it any more."""
    spread = spreading({part: rows.nbytes for part, rows in before.state.items() if part[0] == folder.ALL})
    moving: dict[int, list[pa.Table]] = {}
    # From the files of all buckets rows go to their buckets, and from none of these anywhere.
    for bucket in range(folder.ALL, -1, -1):
        parts = sorted(part for part in before.state if part[0] == bucket)
        gone = {part: before.of_state(removed, part) for part in parts}
        new = [candidates.state_of(bucket)] if layout.takes_new(bucket) else []
        new += moving.pop(bucket, [])
        rewritten = {part for part in parts if gone[part].any() or part in spread}
        if any(rows.num_rows for rows in new):
            rewritten |= too_many({part: before.state[part].nbytes for part in parts if part not in rewritten})
        for part in sorted(rewritten):
            stays = state.chosen(before.state[part], ~gone[part])
            if part in spread:
                for other, rows in _by_bucket(stays, candidates.reader.keys):
                    moving.setdefault(other, []).append(rows)
            else:
                new.append(stays)
        for part in parts:
            if part not in rewritten:
                written.carry(before, folder.state_path(*part))
        if any(rows.num_rows for rows in new):
            # In one piece: it is looked through again and again.
            table = state.concatenated(new, new[0].schema).combine_chunks()
            state.write(table, written.building / folder.state_path(bucket, written.number))


def _by_bucket(rows: pa.Table, keys: PseudonymKeys) -> Iterator[tuple[int, pa.Table]]:
    people = rows["account_id"].combine_chunks().dictionary_encode()
    buckets = np.array([bucket_of(keys.author(account_id)) for account_id in people.dictionary.to_pylist()], np.int16)
    of = buckets[people.indices.to_numpy()]
    for bucket in np.unique(of).tolist():
        yield bucket, rows.filter(pa.array(of == bucket))
