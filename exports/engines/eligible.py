"""Which texts a dataset takes, and how many each of its filters left out."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from exports.engines import quality
from exports.engines.filters import LEVELS, Filter
from exports.engines.plan import Transformed


@dataclass(frozen=True)
class Eligible:
    """What is left, and {filter: rows it left out}, in the order in which they ask; "considered" is what came in."""

    records: pa.Table
    beside: pa.Table
    funnel: Mapping[str, int]


def eligible(found: Transformed, wanted: Filter) -> Eligible:
    """The records that pass; a row that fails several filters is counted under the first."""
    records = found.records
    funnel = {"considered": records.num_rows}
    left = np.ones(records.num_rows, np.bool_)

    def drop(name: str, failing: pa.ChunkedArray | NDArray[np.bool_]) -> None:
        fails = left & np.asarray(pc.fill_null(failing, False) if not isinstance(failing, np.ndarray) else failing)
        if number := int(fails.sum()):
            funnel[name] = number
            left[fails] = False

    reasons = found.beside["reason"]
    if reasons.null_count < len(reasons):
        places = pc.fill_null(pc.index_in(reasons, pa.array(quality.REASONS, reasons.type)), -1).to_numpy()
        for place, reason in enumerate(quality.REASONS):
            drop(reason, places == place)
    if wanted.since is not None:
        drop("since", pc.less(pc.cast(records["created"], pa.date32()), pa.scalar(wanted.since)))
    if wanted.made_by:
        drop("made_by", _not_among(records["made_by"], wanted.made_by))
    drop("level", _not_among(records["personhood_level"], LEVELS[: LEVELS.index(wanted.minimum_level) + 1]))
    if wanted.languages:
        drop("language", _not_among(records["language"], wanted.languages))
    if wanted.minimum_quality:
        drop("quality", records["quality"].to_numpy() < np.float32(wanted.minimum_quality))
    if left.all():
        return Eligible(records, found.beside, funnel)
    kept = pa.array(left)
    return Eligible(records.filter(kept), found.beside.filter(kept), funnel)


def _not_among(values: pa.ChunkedArray, wanted: tuple[str, ...]) -> pa.ChunkedArray:
    return pc.invert(pc.is_in(values, pa.array(wanted, values.type)))
