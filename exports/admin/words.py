"""Figures and filters as an operator reads them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

UNITS = ("B", "kB", "MB", "GB", "TB", "PB")
# In the order in which the plan asks them. What is not named here stands after them under its own name.
FILTERS = {
    "no_text": "no text",
    "empty": "nothing left after masking",
    "links_only": "links and nothing else",
    "too_short": "too short",
    "symbols": "mostly symbols",
    "repetitive": "repeats itself",
    "too_long": "too long",
    "file_missing": "file missing",
    "face": "shows a face",
    "machine": "made by a machine",
    "never_scored": "never scored",
    "quoted": "quotes somebody who did not agree",
    "replies": "an answer to somebody",
    "since": "older than the filter's date",
    "made_by": "label not asked for",
    "level": "personhood below the filter's",
    "personhood_level": "personhood below the filter's",
    "language": "language not asked for",
    "quality": "quality below the filter's",
    "exact_duplicate": "repeats a text",
    "duplicate": "repeats a text",
    "near_duplicate": "nearly repeats a text",
}


def number(value: int) -> str:
    """12345 as 12,345."""
    return f"{value:,}"


def short(value: float) -> str:
    """12345 as 12.3k, for axes."""
    for limit, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= limit:
            return f"{value / limit:.3g}{unit}"
    return f"{value:.3g}"


def size(count: float) -> str:
    """Bytes in the largest unit (of 1,000) that leaves one digit before the point."""
    for unit in UNITS:
        if count < 1000 or unit == UNITS[-1]:
            break
        count /= 1000
    return f"{count:.3g} {unit}"


def moment(at: dt.datetime | None) -> str:
    """To the minute, in UTC."""
    return f"{at.astimezone(dt.UTC):%Y-%m-%d %H:%M}" if at else "never"


def percent(share: float) -> str:
    """0.1234 as 12.3 %; what is more than nothing is never 0 %."""
    return "under 0.1 %" if 0 < share < 0.001 else f"{share:.1%}".replace("%", " %")


def filter_in_words(chosen: Mapping[str, Any]) -> str:
    """What a dataset takes, of its filter's JSON."""
    said = []
    if chosen.get("languages"):
        said.append("in " + ", ".join(chosen["languages"]))
    if chosen.get("since"):
        said.append(f"since {chosen['since']}")
    if chosen.get("made_by"):
        said.append("made by " + " or ".join(chosen["made_by"]))
    if chosen.get("minimum_level"):
        said.append(f"personhood {chosen['minimum_level']} or above")
    if chosen.get("minimum_quality"):
        said.append(f"quality {chosen['minimum_quality']:g} or above")
    if chosen.get("near_duplicates") == "keep":
        said.append("near-duplicates kept")
    return "; ".join(said) or "everything"


def filter_name(name: str) -> str:
    """A funnel's key for a person."""
    return FILTERS.get(name, name.replace("_", " "))
