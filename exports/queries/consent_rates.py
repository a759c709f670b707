"""Which share of people agrees to which purpose, for operators."""

from dataclasses import dataclass

from django.core.cache import cache

from exports.queries.counts import PURPOSES
from identity.queries.consent_counts import people_by_purpose, people_count

# Fewer people than this are not told apart from none: an operator who knows them would learn who they are.
FEWEST = 10
# Counted over everybody, so not for each page view.
KEPT_FOR = 600
KEY = "exports:consent-rates"


@dataclass(frozen=True)
class ConsentRate:
    """`people` and `rate` (0 to 1) are None where fewer than `FEWEST` people agree, or all but fewer than those do."""

    purpose: str
    people: int | None
    rate: float | None


@dataclass(frozen=True)
class ConsentRates:
    """`everybody` are the unique living humans here; None where they are fewer than `FEWEST`."""

    everybody: int | None
    rates: tuple[ConsentRate, ...]

    def of(self, purpose: str) -> ConsentRate:
        """One purpose's; without figures for a purpose that is not counted."""
        return next((rate for rate in self.rates if rate.purpose == purpose), ConsentRate(purpose, None, None))


def consent_rates() -> ConsentRates:
    """As it stood within the last ten minutes."""
    kept: ConsentRates | None = cache.get(KEY)
    if kept is None:
        kept = _suppressed(people_count(), people_by_purpose(PURPOSES))
        cache.set(KEY, kept, KEPT_FOR)
    return kept


def _suppressed(everybody: int, counts: dict[str, int]) -> ConsentRates:
    rates = tuple(
        ConsentRate(purpose, count, count / everybody)
        if count >= FEWEST and everybody - count >= FEWEST
        else ConsentRate(purpose, None, None)
        for purpose, count in counts.items()
    )
    return ConsentRates(everybody if everybody >= FEWEST else None, rates)
