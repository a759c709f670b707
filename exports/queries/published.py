"""Statistics as they were published, and what they have cost in privacy."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db.models import Sum
from django.utils import timezone

from exports.engines.noise import error_within, expected_error
from exports.models import PublishedStatistic
from exports.queries.counts import QUESTIONS

YEAR = dt.timedelta(days=365)
_ABOUT = {question.name: question.about for question in QUESTIONS}


@dataclass(frozen=True)
class Budget:
    """Epsilon that publications cost everybody: those of the last 365 days together, and the most that they may."""

    spent: Decimal
    per_year: Decimal

    @property
    def left(self) -> Decimal:
        """What may still be spent now."""
        return max(Decimal(0), self.per_year - self.spent)


@dataclass(frozen=True)
class Published:
    """One table for the world. Errors are distances of a value from the true count, from theory alone."""

    name: str
    about: str
    period: dt.date
    published_at: dt.datetime
    values: dict[str, int]
    epsilon: float
    sensitivity: int
    mechanism: str
    scale: float
    expected_error: float
    error_within_95: int


def budget() -> Budget:
    """As it stands now."""
    lately = PublishedStatistic.objects.filter(at__gt=timezone.now() - YEAR)
    spent = lately.aggregate(spent=Sum("epsilon"))["spent"] or Decimal(0)
    return Budget(spent=spent, per_year=Decimal(str(settings.STATISTICS_EPSILON_PER_YEAR)))


def period_of(day: dt.date) -> dt.date:
    """The first day of the period that a day lies in; periods begin at whole multiples of their length."""
    days = settings.STATISTICS_DAYS
    return dt.date.fromordinal(day.toordinal() // days * days)


def newest_statistics() -> list[Published]:
    """The newest table of each name: rows as they were written, nothing is counted for a reader."""
    rows = PublishedStatistic.objects.order_by("name", "-period").distinct("name")
    return [
        Published(
            name=row.name,
            about=_ABOUT.get(row.name, ""),
            period=row.period,
            published_at=row.at,
            values=row.value,
            epsilon=float(row.epsilon),
            sensitivity=row.sensitivity,
            mechanism=row.mechanism,
            scale=row.scale,
            expected_error=round(expected_error(row.scale), 1),
            error_within_95=error_within(row.scale, share=0.95),
        )
        for row in rows
    ]
