"""Scores accounts as the event log grows. No score acts on what an account may do or how it is shown: it orders queues, and
keeps whoever is likely run by a program out of training.
"""

import math

from django.utils import timezone

from common.engine_loader import engine
from common.events import consume, record_all
from identity.models import Account
from moderation.engines.features import NAMES, measure
from moderation.engines.port import BotScorer, Likelihood
from moderation.jobs import activity_rings
from moderation.jobs.training_holds import hold_by_score
from moderation.models import BotScore
from moderation.queries.behaviour import says_something_else
from moderation.queries.bot_scores import newest_bot_scores

CURSOR = "bot_likelihood"
EVENTS_IN_A_BATCH = 500
MOST_BATCHES = 50


def score_new_events() -> int:
    """Read the log on from the cursor, batch by batch, and append a score for each account concerned; gives their number.

    The rows and the cursor's move commit together, and rings take an event twice without harm: killed anywhere, the next
    run neither skips nor doubles.
    """
    appended = 0
    for _ in range(MOST_BATCHES):
        with consume(CURSOR, limit=EVENTS_IN_A_BATCH) as events:
            if events:
                touched = activity_rings.apply(events)
                read = [event.seq for event in events if event.kind in activity_rings.READS]
                appended += _append(touched, event_seq=max(read, default=0))
        if len(events) < EVENTS_IN_A_BATCH:
            break
    return appended


def _append(account_ids: set[int], *, event_seq: int) -> int:
    if not account_ids:
        return 0
    # Locked against erasure: an account that has gone is not scored.
    living = Account.objects.select_for_update(no_key=True).filter(pk__in=account_ids).order_by("pk")
    ids = list(living.values_list("pk", flat=True))
    scorer = engine("BOT_SCORER", BotScorer)  # type: ignore[type-abstract]  # a port is a Protocol
    now = timezone.now()
    activities = activity_rings.activities(ids)
    rows = [measure(activities[account_id], now=now) for account_id in ids]
    made = [
        _row(account_id, features, likelihood, scorer.version, event_seq)
        for account_id, features, likelihood in zip(ids, rows, scorer.score(rows), strict=True)
    ]
    before = newest_bot_scores(ids)
    BotScore.objects.bulk_create(made)
    # Releases of behaviour follow the log, and a score comes later than the event that it rests on.
    changed = [score.account_id for score in made if says_something_else(score, before.get(score.account_id))]
    record_all("score.changed", ((account_id, account_id, {}) for account_id in changed))
    hold_by_score({score.account_id: score.score for score in made})
    return len(ids)


def _row(account_id: int, features: list[float], likelihood: Likelihood, version: str, event_seq: int) -> BotScore:
    return BotScore(
        account_id=account_id,
        score=likelihood.score,
        model_version=version,
        reasons=[
            {
                "feature": reason.feature,
                "value": round(reason.value, 4),
                "contribution": round(reason.contribution, 3),
                "sentence": reason.sentence,
            }
            for reason in likelihood.reasons
        ],
        features={
            name: None if math.isnan(value) else round(value, 4) for name, value in zip(NAMES, features, strict=True)
        },
        event_seq=event_seq,
    )
