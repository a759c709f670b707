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
import pyarrow.compute as pc
from numpy.typing import NDArray

from exports.engines.byte_scan import parts_of, rows_with

BANDS, ROWS_IN_BAND = 8, 4
SHINGLE = 2
NEAR = 0.8
MOST_DIFFERING = int((1 - NEAR) * BANDS * ROWS_IN_BAND + 1e-9)
SHORTEST = 24  # characters from which on a text is compared: anybody may say good morning
COMPARED = 64
DUPLICATE, NEAR_DUPLICATE = "duplicate", "near_duplicate"
# Scripts that put no spaces between words: each character stands for one.
UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"

Keys = NDArray[np.uint64]
Ids = NDArray[np.int64]


def spaced(texts: pa.Array) -> pa.Array:
    """The texts, with a space between all characters where there are some of scripts that have none between words."""
    # They have three bytes or more. So have dashes and quotation marks (E2) and emoji (F0), which are in many texts: what
    # shares their first byte, radicals and rare ideographs, hardly ever stands without others.
    rows = rows_with(texts, lambda content: (content >= 0xE0) & (content != 0xE2) & (content != 0xF0))
    rows = rows[pc.match_substring_regex(texts.take(pa.array(rows)), UNSPACED).to_numpy(zero_copy_only=False)]
    if not len(rows):
        return texts
    chosen = np.zeros(len(texts), np.bool_)
    chosen[rows] = True
    return pc.replace_with_mask(texts, pa.array(chosen), _apart(texts.take(pa.array(rows))))


def _apart(texts: pa.Array) -> pa.Array:
    """The texts with a space between all characters, and no other."""
    closed = pc.replace_substring(texts, " ", "")
    offsets, content = parts_of(closed)
    content = content[: offsets[-1]]
    # A space goes before each byte that begins a character, but for the first of a text.
    begins = (content & 0xC0) != 0x80
    begins[offsets[:-1]] = False
    spread = np.insert(content, np.flatnonzero(begins), ord(" "))
    offsets = offsets + np.append(0, np.cumsum(pc.utf8_length(closed).to_numpy() - 1))
    return pa.LargeStringArray.from_buffers(len(closed), pa.py_buffer(offsets), pa.py_buffer(spread))


def settle(*, rest: pa.Table, left: pa.Table, came: pa.Table, near: bool) -> dict[int, str | None]:
    """Which texts are left out ({status id: the reason}) and which are not ({id: None}).

    Tables have at least `status_id`, `exact` and `signature` (`columns.SKETCH`): `rest` did not change, `left` was there
    before, `came` is there now (what changed is in both). Said of every text in `came`, and of each in `rest` for which
    it may be another answer now.
    """
    changed = pa.concat_tables([left.select(["exact", "signature"]), came.select(["exact", "signature"])])
    decided = np.zeros(rest.num_rows, np.bool_)
    among = np.zeros(rest.num_rows, np.bool_)
    if rest.num_rows and changed.num_rows:
        rest_exact, rest_bands = _exact(rest), _bands(rest) if near else None
        changed_bands = _bands(changed) if near else None
        decided = _sharing(rest_exact, _exact(changed)) | _sharing_bands(rest_bands, changed_bands)
        # What is decided anew is compared with everything that shares a band with it, changed or not.
        seen = _joined(changed_bands, None if rest_bands is None else rest_bands[decided])
        among = decided | _sharing_bands(rest_bands, seen)
    universe = pa.concat_tables([came.select(_NEEDED), rest.select(_NEEDED).filter(pa.array(among))])
    asked = np.concatenate([np.ones(came.num_rows, np.bool_), decided[among]])
    ids = universe["status_id"].to_numpy()
    reasons = _reasons(ids, universe, near=near)
    names = (None, DUPLICATE, NEAR_DUPLICATE)
    return {number: names[reason] for number, reason in zip(ids[asked].tolist(), reasons[asked].tolist(), strict=True)}


def band_keys(signatures: NDArray[np.uint32]) -> Keys:
    """For signatures of shape (texts, 32) the 64-bit keys of their bands, (texts, 8); equal bands have equal keys."""
    pairs = np.ascontiguousarray(signatures).view(np.uint64).reshape(len(signatures), BANDS, ROWS_IN_BAND // 2)
    mixed = (pairs[..., 0] * _MIX[0]) ^ (pairs[..., 1] * _MIX[1] + np.arange(BANDS, dtype=np.uint64) * _MIX[2])
    mixed ^= mixed >> np.uint64(29)
    keys: Keys = mixed * _MIX[3]
    return keys


_NEEDED = ["status_id", "exact", "signature"]
_MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xFF51AFD7ED558CCD], np.uint64)
_BITS = 22


def _reasons(ids: Ids, universe: pa.Table, *, near: bool) -> NDArray[np.int8]:
    """0 for a text that stays, 1 for a duplicate, 2 for a near-duplicate."""
    reasons = np.zeros(len(ids), np.int8)
    if near:
        rows = np.flatnonzero(universe["signature"].is_valid().to_numpy())
        signatures = _signatures(universe)
        if len(rows):
            reasons[rows[_near_an_earlier(ids[rows], signatures)]] = 2
    rows = np.flatnonzero(universe["exact"].is_valid().to_numpy())
    exact = universe["exact"].drop_null().to_numpy()
    reasons[rows[ids[rows] > _first_with(exact, ids[rows])]] = 1
    return reasons


def _first_with(keys: NDArray[np.int64], ids: Ids) -> Ids:
    """For each row the smallest id among the rows with the same key."""
    firsts = ids.copy()
    rows = np.flatnonzero(_perhaps_twice(keys.view(np.uint64)))
    _, groups = np.unique(keys[rows], return_inverse=True)
    first = np.full(groups.max() + 1 if len(groups) else 0, np.iinfo(np.int64).max)
    np.minimum.at(first, groups, ids[rows])
    firsts[rows] = first[groups]
    return firsts


def _near_an_earlier(ids: Ids, signatures: NDArray[np.uint32]) -> NDArray[np.bool_]:
    bands = band_keys(signatures)
    whole = np.bitwise_xor.reduce(
        bands * _MIX[np.arange(BANDS) % 4] ** np.arange(1, BANDS + 1, dtype=np.uint64), axis=1
    )
    first = _first_with(whole.view(np.int64), ids)
    is_first = first == ids
    repeated = ~is_first
    # Texts with one and the same signature are near the same others: the first of them speaks for all.
    order = np.flatnonzero(is_first)
    order = order[np.argsort(ids[order])]
    bits = _low_bits(signatures)
    earliest = np.arange(len(order))  # for each the place of the earliest that it is near, in the order of ids
    for band in range(BANDS):
        place, begins, sizes = _groups(bands[order, band])
        # Each member of a group with every one of its first `COMPARED` that is earlier.
        members = np.repeat(begins, sizes) + _counting(sizes)
        within = _counting(sizes)
        for other in range(COMPARED):
            later = within > other
            members, within = members[later], within[later]
            if not len(members):
                break
            one, two = place[members], place[members - within + other]
            open_still = earliest[one] > two
            one, two = one[open_still], two[open_still]
            # Of two that are near, no more of the lowest bits of their hashes differ than hashes may.
            perhaps = np.bitwise_count(bits[order[one]] ^ bits[order[two]]) <= MOST_DIFFERING
            one, two = one[perhaps], two[perhaps]
            is_near = _alike(signatures, order[one], order[two])
            earliest[one[is_near]] = two[is_near]
    dropped = np.zeros(len(ids), np.bool_)
    dropped[order] = earliest < np.arange(len(order))
    left_out: NDArray[np.bool_] = dropped | repeated
    return left_out


def _groups(keys: Keys) -> tuple[Ids, Ids, Ids]:
    """Places of the keys that are there twice or more, group by group and in order within; where groups begin; sizes."""
    candidates = np.flatnonzero(_perhaps_twice(keys))
    bits = np.uint64(max(len(keys) - 1, 1).bit_length())
    packed = np.sort((keys[candidates] >> bits << bits) | candidates.astype(np.uint64))
    places = (packed & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)
    group = packed >> bits
    begins = np.flatnonzero(np.append(True, group[1:] != group[:-1])[: len(group)])
    sizes = np.diff(np.append(begins, len(group)))
    return places, begins[sizes > 1], sizes[sizes > 1]


def _perhaps_twice(keys: Keys) -> NDArray[np.bool_]:
    """All keys that are there twice, and few others: most are there once, and need no sorting."""
    bits = min(_BITS, len(keys).bit_length() + 2)
    slots = (keys >> np.uint64(64 - bits)).astype(np.int64)
    last = np.zeros(1 << bits, np.int32)
    last[slots] = np.arange(len(keys), dtype=np.int32)
    shared = np.zeros(1 << bits, np.bool_)
    shared[slots[last[slots] != np.arange(len(keys))]] = True
    return shared[slots]


def _low_bits(signatures: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The lowest bit of each of the 32 hashes, as one number for each text."""
    bits: NDArray[np.uint32] = np.packbits((signatures & 1).astype(np.bool_), axis=1).view(np.uint32).ravel()
    return bits


def _alike(signatures: NDArray[np.uint32], one: Ids, two: Ids) -> NDArray[np.bool_]:
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


def _exact(table: pa.Table) -> Keys:
    """Keys of the texts that are long enough."""
    keys: Keys = table["exact"].fill_null(0).to_numpy().view(np.uint64)
    return keys


def _signatures(table: pa.Table) -> NDArray[np.uint32]:
    column = table["signature"].drop_null().combine_chunks()
    column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    width = 4 * BANDS * ROWS_IN_BAND
    content = column.buffers()[1]
    if not len(column) or content is None:
        return np.zeros((0, BANDS * ROWS_IN_BAND), np.uint32)
    whole = np.frombuffer(content, np.uint8)[column.offset * width : (column.offset + len(column)) * width]
    return whole.view(np.uint32).reshape(len(column), BANDS * ROWS_IN_BAND)


def _bands(table: pa.Table) -> Keys:
    """(texts, 8); 0 for texts that are too short."""
    keys = np.zeros((table.num_rows, BANDS), np.uint64)
    keys[table["signature"].is_valid().to_numpy()] = band_keys(_signatures(table))
    return keys


def _joined(one: Keys | None, two: Keys | None) -> Keys | None:
    return None if one is None or two is None else np.concatenate([one, two])


def _sharing_bands(those: Keys | None, with_these: Keys | None) -> NDArray[np.bool_]:
    if those is None or with_these is None:
        return np.zeros(1, np.bool_)
    found = np.zeros(len(those), np.bool_)
    for band in range(BANDS):
        found |= _sharing(those[:, band], with_these[:, band])
    return found


def _sharing(those: Keys, with_these: Keys) -> NDArray[np.bool_]:
    """Which of `those` keys are among `with_these`; 0 is no key."""
    marked = np.zeros(1 << _BITS, np.bool_)
    mask, shift = np.uint64((1 << _BITS) - 1), np.uint64(64 - _BITS)
    marked[((with_these * _MIX[0]) >> shift) & mask] = True
    found: NDArray[np.bool_] = marked[((those * _MIX[0]) >> shift) & mask] & (those != 0)
    # The few that are left are looked up; the table of marks has let through some more.
    found[found] = np.isin(those[found], with_these)
    return found
