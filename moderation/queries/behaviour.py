"""What research on bots may be given of an account: coarse features and the class of what was decided. No text, no times."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from moderation.engines.coarse import coarse_features, coarse_score
from moderation.models import BotScore, Decision
from moderation.queries.bot_scores import newest_bot_scores

Effect = Decision.Effect
UNREVIEWED = "unreviewed"
CLEARED = "cleared"
# The gravest decision that stood names the class.
CLASSES: tuple[tuple[str, frozenset[str]], ...] = (
    ("restricted", frozenset({Effect.SUSPEND_ACCOUNT, Effect.LIMIT_ACCOUNT})),
    ("asked_to_verify", frozenset({Effect.REQUEST_REVERIFICATION})),
    ("content_withheld", frozenset({Effect.WITHHOLD_STATUS})),
)
LABELS = (UNREVIEWED, CLEARED, *(name for name, _ in CLASSES))


@dataclass(frozen=True, slots=True)
class Behaviour:
    """`features` are coarse, None where too little is known; `label` is one of `LABELS`."""

    account_id: int
    features: dict[str, float | None]
    score: float
    model_version: str
    label: str


def behaviour_of(account_ids: Collection[int]) -> dict[int, Behaviour]:
    """Of each account that was scored, by its newest score, in two queries."""
    labels = _labels(account_ids)
    return {
        account_id: Behaviour(
            account_id,
            coarse_features(score.features),
            coarse_score(score.score),
            score.model_version,
            labels.get(account_id, UNREVIEWED),
        )
        for account_id, score in newest_bot_scores(account_ids).items()
    }


def says_something_else(score: BotScore, before: BotScore | None) -> bool:
    """Whether `behaviour_of` shows another record once `score` follows `before`."""
    return before is None or _shown(score) != _shown(before)


def _shown(score: BotScore) -> tuple[dict[str, float | None], float, str]:
    return coarse_features(score.features), coarse_score(score.score), score.model_version


def _labels(account_ids: Iterable[int]) -> dict[int, str]:
    """The class of each account that a decision was made on. One that ran to its end date stood; one taken back did not."""
    decisions = Decision.objects.filter(account_id__in=list(account_ids)).select_related("undo")
    stood: dict[int, set[str]] = {}
    for decision in decisions:
        effects = stood.setdefault(decision.account_id, set())
        undo = getattr(decision, "undo", None)
        if undo is None or undo.moderator_id is None:
            effects.add(decision.effect)
    return {account_id: _label(effects) for account_id, effects in stood.items()}


def _label(effects: set[str]) -> str:
    return next((name for name, gravest in CLASSES if effects & gravest), CLEARED)
