"""Reads of cases, for those who work on them."""

from dataclasses import dataclass

from django.db.models import F, OuterRef, QuerySet, Subquery

from feed.queries.activity import PostedStatus, posted
from moderation.models import BotScore, Case, Decision, Report
from moderation.queries.bot_scores import newest_bot_score


def with_bot_score(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Cases with their account's newest `bot_score`; none for an account that was never scored."""
    newest = BotScore.objects.filter(account_id=OuterRef("account_id")).order_by("-pk")
    return cases.annotate(bot_score=Subquery(newest.values("score")[:1]))


def queue() -> QuerySet[Case]:
    """Open cases, the likeliest bots first, then those with the most reports, then the oldest."""
    return with_bot_score(Case.objects.filter(state=Case.State.OPEN)).order_by(
        F("bot_score").desc(nulls_last=True), "-reports_count", "pk"
    )


@dataclass(frozen=True)
class CaseFile:
    """All that a moderator reads before deciding."""

    case: Case
    reports: list[Report]
    statuses: list[PostedStatus]
    score: BotScore | None
    decision: Decision | None


def case_file(case: Case) -> CaseFile:
    """A case with its reports, the statuses they name, and the account's score."""
    reports = list(case.reports.select_related("account").order_by("pk")[:200])
    named = {status_id for report in reports for status_id in report.status_ids}
    decision = Decision.objects.filter(case=case).select_related("moderator", "undo__moderator").first()
    return CaseFile(case, reports, posted(named), newest_bot_score(case.account_id), decision)
