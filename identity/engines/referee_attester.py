"""Referees: two people who are trusted, who met this person, and whose own standing does not rest on the same people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from identity.engines.attestation import Attestation, AttestationRefused

NEEDED = 2


@dataclass(frozen=True, slots=True)
class Word:
    """One signed vouch, and its referee as they stand now.

    `vouched_by` are the accounts that vouched for the referee; `rests_on` are the referee and, where nothing but vouches
    shows the referee to be one human, those people and on whom they rest in turn.
    """

    referee: int
    signed_at: dt.datetime
    trusted_since: dt.datetime
    doubted: bool
    vouched_by: frozenset[int]
    rests_on: frozenset[int]

    def independent_of(self, other: Word) -> bool:
        """Whether neither vouched for the other and both do not rest on the same people."""
        if self.referee in other.vouched_by or other.referee in self.vouched_by:
            return False
        return not self.rests_on & other.rests_on


@dataclass(frozen=True, slots=True)
class VouchedFor:
    """All that referees have said for one account. A referee counts after `trusted_for`, a word for `counts_for`."""

    words: Sequence[Word]
    now: dt.datetime
    trusted_for: dt.timedelta
    counts_for: dt.timedelta

    def counting(self) -> list[Word]:
        """The newest word of each referee, of those that count."""
        newest: dict[int, Word] = {}
        for word in sorted(self.words, key=lambda each: each.signed_at):
            trusted = word.signed_at - word.trusted_since >= self.trusted_for
            if trusted and not word.doubted and self.now - word.signed_at <= self.counts_for:
                newest[word.referee] = word
        return list(newest.values())


class RefereeAttester:
    """Attests uniqueness, as well as people can: the equal path without biometrics."""

    kind = "referee"

    def attest(self, evidence: VouchedFor) -> Attestation:
        """Raises AttestationRefused while two independent words are lacking."""
        words = evidence.counting()
        if len(words) < NEEDED:
            raise AttestationRefused("one_more_vouch", "One more referee must meet you and give their word for you.")
        if not any(first.independent_of(second) for first, second in combinations(words, NEEDED)):
            raise AttestationRefused(
                "referees_not_independent",
                "The referees who gave their word for you vouched for each other, or rest on the word of the same people:"
                " another referee must meet you.",
            )
        return Attestation(kind=self.kind, level="unique", method="two-referees-1")
