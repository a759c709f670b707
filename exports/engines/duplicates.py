"""Exact and near-duplicates among the texts of a dataset, by rules that have no order.

A text is a duplicate where an eligible text of the same dataset with a smaller status id is equal to it; a near-duplicate
where one of the `COMPARED` first texts that share a band with it is near: an estimated Jaccard similarity of at least
`similarity.NEAR` between their sets of `SHINGLE` words. Whether the other one is itself left out does not matter. So what
is left out follows from the set of texts alone, and releases made step by step equal one made from nothing.

MinHash and banding: Broder 1997; Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", 3.3-3.4. With 8 bands of 4
rows two texts of similarity 0.8 meet in a band with probability 0.985, two of 0.5 with 0.40; the estimate from 32 hashes
has a standard error of at most 0.09.
"""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from exports.engines.bands import (
    BANDS,
    Ids,
    Keys,
    meeting,
    perhaps_among,
    perhaps_twice,
    whole_keys,
)
from exports.engines.columns import SETTLED
from exports.engines.pieces import Pieces
from exports.engines.similarity import Compared

SHINGLE = 2
SHORTEST = 24  # characters from which on a text is compared: anybody may say good morning
COMPARED = 64
DUPLICATE, NEAR_DUPLICATE = "duplicate", "near_duplicate"


def settle(*, old: pa.Table, touched: NDArray[np.bool_], came: pa.Table, near: bool) -> pa.Table:
    """Which texts are left out, as `columns.SETTLED`: every text in `came`, and those of `old` whose answer may differ.

    Tables have at least `status_id` and `columns.SKETCH`: `old` was there before, but its rows that are `touched` are not
    there any more, or are another text now; `came` is there now.
    """
    texts = Pieces(pa.concat_tables([came.select(_NEEDED), old.select(_NEEDED)]))
    decided, among = _concerned(texts, Pieces(old.select(_NEEDED)), touched, near=near)
    places = np.concatenate([np.arange(came.num_rows), among + came.num_rows])
    asked = np.concatenate([np.ones(came.num_rows, np.bool_), np.isin(among, decided)])
    ids = texts.picked("status_id", places).ravel()
    reasons = _reasons(texts, places, ids, asked, near=near)
    names = pa.array([DUPLICATE, NEAR_DUPLICATE], pa.large_string())
    reason = names.take(pa.array(reasons[asked] - 1, mask=reasons[asked] == 0))
    return pa.Table.from_arrays([pa.array(ids[asked]), reason], schema=SETTLED)


_NEEDED = ["status_id", "exact", "signature", "bands", "bits"]
_HALF = np.uint64(32)


def _concerned(texts: Pieces, old: Pieces, touched: NDArray[np.bool_], *, near: bool) -> tuple[Ids, Ids]:
    """Rows of `old`, the last of `texts`, to be decided anew, and those that these and what came are compared with."""
    came = len(texts) - len(old)
    changed = np.concatenate([np.arange(came), np.flatnonzero(touched) + came])
    if not len(old) or not len(changed):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    ids = texts.picked("status_id", changed).ravel()
    decided, among = meeting(old, "exact", texts.picked("exact", changed).view(np.uint64), ids)
    if near:
        later, sharing = meeting(old, "bands", texts.picked("bands", changed), ids)
        decided, among = np.union1d(decided, later), np.union1d(among, sharing)
    decided = decided[~touched[decided]]
    if near and len(decided):
        # What is decided anew is compared with everything that shares a band with it, changed or not.
        ids = old.picked("status_id", decided).ravel()
        _, sharing = meeting(old, "bands", old.picked("bands", decided), ids)
        among = np.union1d(among, sharing)
    return decided, among[~touched[among]]


def _reasons(texts: Pieces, places: Ids, ids: Ids, asked: NDArray[np.bool_], *, near: bool) -> NDArray[np.int8]:
    """0 for a text that stays, 1 for a duplicate, 2 for a near-duplicate; right for those that are `asked` about."""
    reasons = np.zeros(len(ids), np.int8)
    if near:
        reasons[_near_an_earlier(texts, places, ids, asked)] = 2
    reasons[ids > _first_with(texts.picked("exact", places).ravel().view(np.uint64), ids)] = 1
    return reasons


def _first_with(keys: Keys, ids: Ids) -> Ids:
    """For each row the smallest id among the rows with the same key; its own where it has no key."""
    firsts = ids.copy()
    rows = np.flatnonzero(perhaps_twice(keys) & (keys != 0))
    _, groups = np.unique(keys[rows], return_inverse=True)
    first = np.full(groups.max() + 1 if len(groups) else 0, np.iinfo(np.int64).max)
    np.minimum.at(first, groups, ids[rows])
    firsts[rows] = first[groups]
    return firsts


def _near_an_earlier(texts: Pieces, places: Ids, ids: Ids, asked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    bands = texts.picked("bands", places)
    first = _first_with(whole_keys(bands), ids)
    # Texts with one and the same signature are near the same others: the first of them speaks for all.
    left_out: NDArray[np.bool_] = first != ids
    order = np.flatnonzero(~left_out & (bands[:, 0] != 0))
    order = order[np.argsort(ids[order])]
    speaks = np.ones(len(order), np.bool_) if asked.all() else np.isin(ids[order], first[asked])
    keys = np.ascontiguousarray(bands[order].T)
    bits = texts.picked("bits", places).ravel()[order].view(np.uint64)
    compared = Compared(texts, places[order], bits)
    for band in range(BANDS):
        place, begins, sizes = _groups(keys[band], speaks)
        # Each member of a group with every one of its first `COMPARED` that is earlier, until it is near one.
        begin, within = np.repeat(begins, sizes), _counting(sizes)
        one = place[begin + within]
        open_still = speaks[one]
        for other in range(COMPARED):
            open_still &= (within > other) & ~compared.near[one]
            one, begin, within = one[open_still], begin[open_still], within[open_still]
            if not len(one):
                break
            compared.add(one, place[begin + other])
            open_still = np.ones(len(one), np.bool_)
        compared.decide()
    left_out[order] = compared.near
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


def _counting(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """0, 1, 2, ... anew for each size."""
    ends = np.cumsum(sizes)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - sizes, sizes)
