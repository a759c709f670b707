"""All that moderation holds on one account, for its archive. Who reported it, and who decided, is not in it."""

from collections.abc import Iterator

from common.archive import ArchivePart
from moderation.models import BotScore, Decision, Report
from moderation.queries.statements import statement_of_reasons


def moderation_parts(account_id: int) -> Iterator[ArchivePart]:
    """Parts in the order in which they are written."""
    reports = Report.objects.filter(account_id=account_id).order_by("pk")
    made = ({"id": str(one.pk), "category": one.category, "comment": one.comment, "at": one.at} for one in reports)
    yield ArchivePart("reports_made", "What you reported.", made)
    decisions = Decision.objects.filter(account_id=account_id).order_by("pk")
    yield ArchivePart(
        "decisions", "Decisions about you, with their statements of reasons.", map(statement_of_reasons, decisions)
    )
    scores = BotScore.objects.filter(account_id=account_id).order_by("pk")
    yield ArchivePart(
        "bot_likelihood",
        "Scores that order the moderators' queue, newest last.",
        scores.values("score", "model_version", "reasons", "features", "at"),
    )
