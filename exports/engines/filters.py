"""What a dataset leaves out, as its row keeps it in JSON."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

LABELS = ("human", "assisted", "machine")
LEVELS = ("unique", "present")
MOST_LANGUAGES = 100
LANGUAGE = re.compile(r"[a-z]{2,3}")  # ISO 639


class FilterError(ValueError):
    """A filter that cannot be; `field` is the key that is wrong, the text a sentence for who wrote it."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class Filter:
    """Which records a dataset takes; what is empty takes all. Consent and personhood are asked of every record first."""

    languages: tuple[str, ...] = ()
    since: dt.date | None = None
    made_by: tuple[str, ...] = ()
    minimum_level: Literal["unique", "present"] = "unique"
    minimum_quality: float = 0.0
    near_duplicates: Literal["drop", "keep"] = "drop"

    @classmethod
    def from_json(cls, given: Any) -> "Filter":
        """The filter that a row's JSON says; raises FilterError."""
        if not isinstance(given, Mapping):
            raise FilterError("filter", "A filter is an object.")
        known = [field.name for field in fields(cls)]
        if unknown := sorted(str(key) for key in given if key not in known):
            raise FilterError(unknown[0][:100], f"A filter has no {unknown[0][:100]!r}; it has: {', '.join(known)}.")
        quality = given.get("minimum_quality", 0.0)
        if isinstance(quality, bool) or not isinstance(quality, int | float) or not 0 <= quality <= 1:
            raise FilterError("minimum_quality", "minimum_quality is a number from 0 to 1.")
        languages = _texts(given, "languages")
        if len(languages) > MOST_LANGUAGES or not all(LANGUAGE.fullmatch(language) for language in languages):
            raise FilterError("languages", f"languages are up to {MOST_LANGUAGES} ISO 639 codes, such as en.")
        made_by = _texts(given, "made_by")
        if unknown := sorted(set(made_by) - set(LABELS)):
            raise FilterError("made_by", f"made_by has no {unknown[0][:100]!r}; it has: {', '.join(LABELS)}.")
        return cls(
            languages=languages,
            since=_date(given.get("since")),
            made_by=made_by,
            minimum_level=_one_of(given, "minimum_level", LEVELS, "unique"),
            minimum_quality=float(quality),
            near_duplicates=_one_of(given, "near_duplicates", ("drop", "keep"), "drop"),
        )

    def as_json(self) -> dict[str, Any]:
        """What `from_json` reads back: only what differs from the default."""
        said: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if value != field.default:
                said[field.name] = (
                    list(value) if isinstance(value, tuple) else value.isoformat() if field.name == "since" else value
                )
        return said


def _texts(given: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = given.get(name) or []
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise FilterError(name, f"{name} is a list of texts.")
    return tuple(sorted(set(value)))


def _date(value: Any) -> dt.date | None:
    if value in (None, ""):
        return None
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise FilterError("since", "since is a date, such as 2026-11-01.") from error


def _one_of(given: Mapping[str, Any], name: str, choices: tuple[str, ...], default: str) -> Any:
    value = given.get(name, default)
    if value not in choices:
        raise FilterError(name, f"{name} is one of: {', '.join(choices)}.")
    return value
