"""Which credentials let an account write: an expression of any and all, read from settings, evaluated here alone.

{"any": [{"kind": "face"}, {"all": [{"kind": "passkey", "level": "present", "newer_than_days": 30}, ...]}]}
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# Weakest first: a requirement is met by its level or a stronger one.
LEVELS = ("unchecked", "present", "simulated", "unique")
WORDS = {
    "face": "a check of your face",
    "world_id": "a World ID verified at an Orb",
    "referee": "two referees who have met you",
    "passkey": "a passkey",
    "operator": "an admission by this server's operator",
    "unchecked": "no check at all",
}
# Nobody can ask for these, so nobody is told of them.
UNASKED = ("operator", "unchecked")
DEEPEST = 5


class PolicyInvalid(ValueError):
    """The expression cannot be read: the sentence says where."""


@dataclass(frozen=True, slots=True)
class Held:
    """A live credential."""

    kind: str
    level: str
    issued_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Requirement:
    """A credential of `kind`, at `level` or above, not older than `newer_than`."""

    kind: str
    level: str
    newer_than: dt.timedelta | None

    def met(self, held: Iterable[Held], now: dt.datetime) -> bool:
        """Whether one of the credentials is what this asks for."""
        return any(
            each.kind == self.kind
            and LEVELS.index(each.level) >= LEVELS.index(self.level)
            and (self.newer_than is None or now - each.issued_at <= self.newer_than)
            for each in held
        )

    def ages(self) -> set[dt.timedelta]:
        """After which a credential meets this no more."""
        return {self.newer_than} if self.newer_than is not None else set()

    def words(self, *, without: Collection[str] = ()) -> str:
        """For a sentence to the person; empty for what nobody can ask for, here (`without`) or anywhere."""
        if self.kind in UNASKED or self.kind in without:
            return ""
        age = f" not older than {self.newer_than.days} days" if self.newer_than else ""
        return WORDS[self.kind] + age


@dataclass(frozen=True, slots=True)
class Several:
    """All of its parts, or any one of them."""

    parts: tuple[Requirement | Several, ...]
    every: bool

    def met(self, held: Iterable[Held], now: dt.datetime) -> bool:
        """Whether the credentials meet it."""
        live = list(held)
        met = (part.met(live, now) for part in self.parts)
        return all(met) if self.every else any(met)

    def ages(self) -> set[dt.timedelta]:
        """After which a credential meets one of its parts no more."""
        return {age for part in self.parts for age in part.ages()}

    def words(self, *, without: Collection[str] = ()) -> str:
        """For a sentence to the person; empty where one of all cannot be had."""
        said = [part.words(without=without) for part in self.parts]
        words = [each for each in said if each]
        if self.every and len(words) < len(said):
            return ""
        if len(words) < 2:
            return "".join(words)
        if self.every:
            return f"{', '.join(words[:-1])} and {words[-1]}"
        return f"one of: {'; '.join(words)}"


Policy = Requirement | Several


def parse(expression: Any, *, depth: int = 0) -> Policy:
    """The policy that an expression says. Raises PolicyInvalid."""
    if depth > DEEPEST:
        raise PolicyInvalid(f"An admission policy is nested at most {DEEPEST} deep.")
    if not isinstance(expression, Mapping):
        raise PolicyInvalid(f"An admission policy is made of objects, not of {expression!r:.40}.")
    for name in ("any", "all"):
        if name in expression:
            parts = expression[name]
            if len(expression) > 1 or not isinstance(parts, list | tuple) or not parts:
                raise PolicyInvalid(f'"{name}" stands alone and holds a list of at least one requirement.')
            return Several(tuple(parse(part, depth=depth + 1) for part in parts), every=name == "all")
    return _requirement(expression)


def _requirement(expression: Mapping[str, Any]) -> Requirement:
    if unknown := set(expression) - {"kind", "level", "newer_than_days"}:
        raise PolicyInvalid(f'A requirement has "kind", "level" and "newer_than_days", not {sorted(unknown)[0]!r:.40}.')
    kind, level = expression.get("kind"), expression.get("level", "unique")
    days = expression.get("newer_than_days")
    if kind not in WORDS:
        raise PolicyInvalid(f"There is no credential of kind {kind!r:.40}: there are {', '.join(WORDS)}.")
    if level not in LEVELS:
        raise PolicyInvalid(f"There is no level {level!r:.40}: there are {', '.join(LEVELS)}.")
    if days is not None and (not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= 3650):
        raise PolicyInvalid('"newer_than_days" is a whole number from 1 to 3650.')
    return Requirement(str(kind), str(level), dt.timedelta(days=days) if days else None)
