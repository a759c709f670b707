"""Publish statistics of the period, once, at a recorded cost."""

import datetime as dt
import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from importlib.metadata import version

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from exports.engines.noise import MECHANISM, Noised, error_within, noised
from exports.models import PublishedStatistic
from exports.queries.counts import LANGUAGES, QUESTIONS, Question, raw_counts
from exports.queries.published import budget, period_of

log = structlog.get_logger(__name__)
SMALLEST = Decimal("0.00001")


def publish_statistics() -> list[PublishedStatistic]:
    """The rows that were published; none when the period has its own already, or the year's budget does not suffice.

    Noise is drawn inside the transaction that records its cost, so that a killed worker has published nothing and spent
    nothing, and a second worker finds the first one's rows. Safe to run twice.
    """
    period = period_of(timezone.now().date())
    if not _due(period) or not _affordable(period):
        return []
    # Before the transaction: counting takes long, and an open transaction holds up the readers of the event log.
    counted = raw_counts()
    with transaction.atomic():
        _wait_for_others()
        if not _due(period) or not _affordable(period):
            return []
        rows = [_published(question, counted[question.name], period) for question in QUESTIONS]
        PublishedStatistic.objects.bulk_create(rows)
    log.info("statistics_published", period=str(period), epsilon=str(sum(row.epsilon for row in rows)))
    return rows


def _due(period: dt.date) -> bool:
    return not PublishedStatistic.objects.filter(period__gte=period).exists()


def _affordable(period: dt.date) -> bool:
    left, cost = budget().left, _epsilon() * len(QUESTIONS)
    if cost <= left:
        return True
    log.warning("statistics_refused", period=str(period), cost=str(cost), left=str(left))
    return False


def _epsilon() -> Decimal:
    """Of one question: a publication's is shared among them equally."""
    whole = Decimal(str(settings.STATISTICS_EPSILON))
    return (whole / len(QUESTIONS)).quantize(SMALLEST, ROUND_FLOOR)


def _wait_for_others() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended('exports:statistics', 0))")


def _published(question: Question, counts: dict[str, int], period: dt.date) -> PublishedStatistic:
    drawn = noised(counts, sensitivity=question.sensitivity, epsilon=float(_epsilon()))
    return PublishedStatistic(
        name=question.name,
        period=period,
        value=_told(question, drawn),
        epsilon=Decimal(str(drawn.epsilon)).quantize(SMALLEST, ROUND_CEILING),
        sensitivity=question.sensitivity,
        scale=drawn.scale,
        mechanism=f"{MECHANISM} {version('opendp')}"[:100],
    )


def _told(question: Question, drawn: Noised) -> dict[str, int]:
    """What is made of the noisy values alone costs nothing more: none below zero, and no language that is only noise."""
    least = -math.inf
    if LANGUAGES[0] in question.cells:
        least = error_within(drawn.scale, share=1 - 0.05 / len(question.cells))
    return {cell: max(0, value) for cell, value in drawn.values.items() if value > least}
