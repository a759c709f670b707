"""Exact and near-duplicates among the texts of a dataset, by rules that have no order.

A text is a duplicate where an eligible text of the same dataset with a smaller status id is equal to it; a near-duplicate
where one of the `COMPARED` first texts that share a band with it is near: an estimated Jaccard similarity of at least
`NEAR` between their sets of `SHINGLE` words. Whether the other one is itself left out does not matter. So what is left out
follows from the set of texts alone, and releases made step by step equal one made from nothing.

MinHash and banding: Broder 1997; Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", 3.3-3.4. With 8 bands of 4
rows two texts of similarity 0.8 meet in a band with probability 0.985, two of 0.5 with 0.40; the estimate from 32 hashes
has a standard error of at most 0.09.
"""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from exports.engines.bands import (
    BANDS,
    ROWS_IN_BAND,
    Ids,
    Keys,
    Signatures,
    bands_of,
    meeting,
    meeting_in_bands,
    perhaps_among,
    perhaps_twice,
    signatures_of,
    whole_keys,
)
from exports.engines.columns import SETTLED

SHINGLE = 2
NEAR = 0.8
MOST_DIFFERING = int((1 - NEAR) * BANDS * ROWS_IN_BAND + 1e-9)
SHORTEST = 24  # characters from which on a text is compared: anybody may say good morning
COMPARED = 64
DUPLICATE, NEAR_DUPLICATE = "duplicate", "near_duplicate"


def settle(*, old: pa.Table, touched: NDArray[np.bool_], came: pa.Table, near: bool) -> pa.Table:
    """Which texts are left out, as `columns.SETTLED`: every text in `came`, and those of `old` whose answer may differ.

    Tables have at least `status_id` and `columns.SKETCH`: `old` was there before, but its rows that are `touched` are not
    there any more, or are another text now; `came` is there now.
    """
    changed = pa.concat_tables([_rows(old, np.flatnonzero(touched)), came.select(_NEEDED)])
    decided, among = _concerned(old, touched, changed, near=near)
    universe = pa.concat_tables([came.select(_NEEDED), _rows(old, among)])
    asked = np.concatenate([np.ones(came.num_rows, np.bool_), np.isin(among, decided)])
    ids = universe["status_id"].to_numpy()
    reasons = _reasons(ids, universe, asked, near=near)
    names = pa.array([DUPLICATE, NEAR_DUPLICATE], pa.large_string())
    reason = names.take(pa.array(reasons[asked] - 1, mask=reasons[asked] == 0))
    return pa.Table.from_arrays([pa.array(ids[asked]), reason], schema=SETTLED)


_NEEDED = ["status_id", "exact", "signature", "bands"]
_HALF = np.uint64(32)


def _concerned(old: pa.Table, touched: NDArray[np.bool_], changed: pa.Table, *, near: bool) -> tuple[Ids, Ids]:
    """Rows of `old` that have to be decided anew, and those that these and what came have to be compared with."""
    if not old.num_rows or not changed.num_rows:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    ids, of_changed = old["status_id"].to_numpy(), changed["status_id"].to_numpy()
    decided, among = meeting(_exact(old), _exact(changed), ids, of_changed)
    if near:
        later, sharing = meeting_in_bands(old["bands"], bands_of(changed), ids, of_changed)
        decided, among = np.union1d(decided, later), np.union1d(among, sharing)
    decided = decided[~touched[decided]]
    if near and len(decided):
        # What is decided anew is compared with everything that shares a band with it, changed or not.
        again = _rows(old, decided)
        _, sharing = meeting_in_bands(old["bands"], bands_of(again), ids, ids[decided])
        among = np.union1d(among, sharing)
    return decided, among[~touched[among]]


def _rows(table: pa.Table, places: Ids) -> pa.Table:
    """Rows in their order. To take them would copy all of the table's pieces into one first."""
    mask = np.zeros(table.num_rows, np.bool_)
    mask[places] = True
    return table.select(_NEEDED).filter(pa.array(mask))


def _exact(table: pa.Table) -> Keys:
    """Keys of the texts; 0 for those that are too short."""
    keys: Keys = table["exact"].to_numpy().view(np.uint64)
    return keys


def _reasons(ids: Ids, universe: pa.Table, asked: NDArray[np.bool_], *, near: bool) -> NDArray[np.int8]:
    """0 for a text that stays, 1 for a duplicate, 2 for a near-duplicate; right for those that are `asked` about."""
    reasons = np.zeros(len(ids), np.int8)
    if near:
        rows = np.flatnonzero(universe["signature"].is_valid().to_numpy())
        if len(rows):
            near_ones = _near_an_earlier(ids[rows], signatures_of(universe), bands_of(universe)[rows], asked[rows])
            reasons[rows[near_ones]] = 2
    exact = universe["exact"].to_numpy()
    reasons[(ids > _first_with(exact, ids)) & (exact != 0)] = 1
    return reasons


def _first_with(keys: NDArray[np.int64], ids: Ids) -> Ids:
    """For each row the smallest id among the rows with the same key."""
    firsts = ids.copy()
    rows = np.flatnonzero(perhaps_twice(keys.view(np.uint64)))
    _, groups = np.unique(keys[rows], return_inverse=True)
    first = np.full(groups.max() + 1 if len(groups) else 0, np.iinfo(np.int64).max)
    np.minimum.at(first, groups, ids[rows])
    firsts[rows] = first[groups]
    return firsts


def _near_an_earlier(ids: Ids, signatures: Signatures, bands: Keys, asked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    first = _first_with(whole_keys(bands).view(np.int64), ids)
    # Texts with one and the same signature are near the same others: the first of them speaks for all.
    left_out: NDArray[np.bool_] = first != ids
    order = np.flatnonzero(~left_out)
    order = order[np.argsort(ids[order])]
    speaks = np.ones(len(order), np.bool_) if asked.all() else np.isin(ids[order], first[asked])
    keys = np.ascontiguousarray(bands[order].T)
    bits = _two_bits(signatures)[order]
    near = np.zeros(len(order), np.bool_)  # for each place in the order of ids
    for band in range(BANDS):
        place, begins, sizes = _groups(keys[band], speaks)
        # Each member of a group with every one of its first `COMPARED` that is earlier, until it is near one.
        begin, within = np.repeat(begins, sizes), _counting(sizes)
        one = place[begin + within]
        open_still = speaks[one]
        for other in range(COMPARED):
            open_still &= (within > other) & ~near[one]
            one, begin, within = one[open_still], begin[open_still], within[open_still]
            if not len(one):
                break
            two = place[begin + other]
            perhaps = np.flatnonzero(_differing(bits[one], bits[two]) <= MOST_DIFFERING)
            alike = _alike(signatures, order[one[perhaps]], order[two[perhaps]])
            near[one[perhaps[alike]]] = True
            open_still = np.ones(len(one), np.bool_)
    left_out[order] = near
    return left_out


def _groups(keys: Keys, asked: NDArray[np.bool_]) -> tuple[Ids, Ids, Ids]:
    """Places of the keys that are there twice or more, group by group and in order within; where groups begin; sizes.

    Of groups without anybody who is `asked` about some may be missing.
    """
    candidates = np.arange(len(keys)) if asked.all() else np.flatnonzero(perhaps_among(keys, keys[asked]))
    candidates = candidates[perhaps_twice(keys[candidates])]
    packed = np.sort((keys[candidates].astype(np.uint64) << _HALF) | candidates.astype(np.uint64))
    places, group = packed.astype(np.uint32).astype(np.int64), packed >> _HALF
    begins = np.flatnonzero(np.append(True, group[1:] != group[:-1])[: len(group)])
    sizes = np.diff(np.append(begins, len(group)))
    return places, begins[sizes > 1], sizes[sizes > 1]


def _two_bits(signatures: Signatures) -> Keys:
    """Of each of the 32 hashes the lowest bit, and behind these the one above it, as one number for each text."""
    lowest = np.ascontiguousarray(signatures.view(np.uint8)[:, ::4])
    planes = [np.packbits(lowest & bit, axis=1).view(np.uint32).ravel() for bit in (1, 2)]
    bits: Keys = planes[0] | (planes[1].astype(np.uint64) << _HALF)
    return bits


def _differing(one: Keys, two: Keys) -> NDArray[np.uint8]:
    """How many of the hashes differ by these bits: no more than do differ."""
    bits = one ^ two
    found: NDArray[np.uint8] = np.bitwise_count((bits | bits >> _HALF).astype(np.uint32))
    return found


def _alike(signatures: Signatures, one: Ids, two: Ids) -> NDArray[np.bool_]:
    alike = np.empty(len(one), np.bool_)
    for start in range(0, len(one), 65_536):
        part = slice(start, start + 65_536)
        same = (signatures[one[part]] == signatures[two[part]]).sum(axis=1)
        alike[part] = same >= NEAR * BANDS * ROWS_IN_BAND
    return alike


def _counting(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """0, 1, 2, ... anew for each size."""
    ends = np.cumsum(sizes)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - sizes, sizes)
