"""Each part of a measurement in the form in which report.json holds it: numbers, with `_low` and `_high` beside those
that have an interval, and null where a set cannot tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from identity.engines.assessment.acquisition import Acquired
from identity.engines.assessment.differentials import Differential
from identity.engines.assessment.figures import flat
from identity.engines.assessment.folder import Collection
from identity.engines.assessment.intervals import of_count, rate_over_subjects
from identity.engines.assessment.presentations import BONA_FIDE, KINDS, Classified
from identity.engines.assessment.proposals import Proposal
from identity.engines.assessment.rates import Comparisons
from identity.engines.assessment.searches import Searches, fnir_at, fpir_at
from identity.engines.assessment.sweep import Swept
from identity.engines.assessment.tails import Tail
from identity.engines.bands import for_gallery

Data = dict[str, Any]

_BINS = 48
_POINTS = 80
_LEAST_FMR = 1e-8


def input_data(collection: Collection, acquired: Acquired) -> Data:
    """Counts alone: the names of folders may be names of people."""
    return {
        "people": len(collection.images),
        "images": collection.count,
        "people_with_one_image": sum(len(files) == 1 for files in collection.images.values()),
        "columns": sorted(collection.columns),
        "notes": list(collection.notes),
        "fingerprint": acquired.fingerprint,
    }


def quality_data(collection: Collection, acquired: Acquired) -> Data:
    """Failures to acquire (FTA): images that the house would ask to take again, and why; one may have several reasons."""
    reasons = Counter(code for failure in acquired.failures for code in failure.codes)
    return {
        "images": collection.count,
        "rejected": len(acquired.failures),
        **flat("failure_to_acquire", of_count(len(acquired.failures), collection.count)),
        "reasons": dict(sorted(reasons.items())),
        "people_left_with_no_image": len(collection.images) - len(np.unique(acquired.subject[acquired.passes])),
    }


def house_data(comparisons: Comparisons, searches: Searches, drawn: NDArray[np.float64]) -> Data:
    """What the house's own thresholds for this many people do: FNIR and FPIR at the end of the review band, and how many
    are refused by the machine alone."""
    thresholds = for_gallery(searches.gallery)
    people = int(np.unique(comparisons.whose).size)
    data: Data = {"review": thresholds.review, "duplicate": thresholds.duplicate}
    for name, at in (("", thresholds.review), ("machine_alone_", thresholds.duplicate)):
        missed = rate_over_subjects(partial(fnir_at, searches, at), drawn, counted=people)
        stopped = rate_over_subjects(partial(fpir_at, searches, at), drawn, counted=people)
        data |= flat(f"{name}fnir", missed) | flat(f"{name}fpir", stopped)
    return data


def histogram_data(comparisons: Comparisons) -> Data:
    """Shares of both kinds of comparison by distance, for a plot."""
    edges = np.linspace(0, 0.6, _BINS + 1)
    return {
        "edges": edges.tolist(),
        "mated": (np.histogram(comparisons.mated, edges)[0] / comparisons.mated.size).tolist(),
        "non_mated": (np.histogram(comparisons.non_mated, edges)[0] / comparisons.non_mated.size).tolist(),
    }


def differential_data(found: Sequence[Differential]) -> list[Data]:
    return [
        {
            "column": each.column,
            "group": each.group,
            "people": each.people,
            "rate": each.rate,
            **flat("value", each.estimate),
            **(flat("ratio", each.ratio) if each.ratio else {"ratio": None, "ratio_low": None, "ratio_high": None}),
        }
        for each in found
    ]


def degradation_data(swept: Swept) -> Data:
    data: Data = {
        "kind": swept.degradation.kind,
        "strength": swept.degradation.strength,
        "unit": swept.degradation.unit,
        "probes": swept.probes,
        **flat("rejected", swept.rejected),
        "reasons": dict(swept.reasons),
    }
    for name, estimate in (
        ("fnir", swept.missed),
        ("fpir", swept.stopped),
        ("fnir_without_gate", swept.missed_ungated),
    ):
        data |= flat(name, estimate) if estimate else {name: None, f"{name}_low": None, f"{name}_high": None}
    return data


def attack_data(classified: Sequence[Classified]) -> Data:
    """By kind; the puppet's performances stand apart, as bona fide and as the injection that they are."""
    kinds: dict[str, Data] = {}
    bona_fide: Data = {}
    for each in classified:
        data: Data = {
            "presentations": each.presentations,
            "gestures": {gesture.value: flat("passed", share) for gesture, share in each.gestures.items()},
            "reasons": dict(each.reasons),
        }
        if each.kind == BONA_FIDE:
            taken = each.taken
            bona_fide = {
                **data,
                "bpcer": 1 - taken.value,
                "bpcer_low": 1 - taken.high,
                "bpcer_high": 1 - taken.low,
                **flat("bpnrr", each.non_response),
                **flat("injection_apcer", taken),
            }
        else:
            kinds[each.kind] = {
                "what": KINDS[each.kind],
                **flat("apcer", each.taken),
                **flat("apcer_luckiest_challenge", each.any_challenge),
                **flat("apnrr", each.non_response),
                **data,
            }
    return {"kinds": kinds, BONA_FIDE: bona_fide}


def threshold_data(
    tail: Tail, proposals: Sequence[Proposal], check: Mapping[str, float], comparisons: Comparisons
) -> Data:
    """`tail` and what was read off it; `check` sets the tail against what the set itself can count."""
    near = comparisons.non_mated[comparisons.non_mated < tail.start]
    steps = np.unique(np.linspace(0, near.size - 1, _POINTS).astype(int))
    rates = np.geomspace(_LEAST_FMR, tail.share, _POINTS)
    return {
        "counted": {
            "distance": near[steps].tolist(),
            "fmr": ((steps + 1) / comparisons.non_mated.size).tolist(),
        },
        "curve": {"distance": [tail.threshold(rate) for rate in rates], "fmr": rates.tolist()},
        "distance": "share of differing bits of protected codes",
        "tail": {
            "start": tail.start,
            "share": tail.share,
            "shape": tail.shape,
            "scale": tail.scale,
            "points": tail.points,
            "end": tail.end,
        },
        "check": dict(check),
        "proposals": [
            {
                "gallery": each.gallery,
                "fpir": each.fpir,
                "fmr": each.fmr,
                **flat("threshold", each.threshold),
                **flat("fnmr", each.fnmr),
                "decades_beyond_data": each.decades,
                "house_threshold": each.house,
                "house_fmr": each.house_fmr,
                "house_fpir": each.house_fpir,
                "sentence": each.sentence,
            }
            for each in proposals
        ],
    }
