"""Reporting an account."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F

from common import events
from common.after_commit import after_commit
from common.problems import NotFound, Problem
from feed.operations.training import hold_training
from feed.queries.activity import reportable_status_ids
from identity.models import Account
from identity.queries.personhood import require_admitted
from moderation.jobs.training_holds import OPEN_CASE
from moderation.models import Case, Report
from moderation.models.case import LONGEST_COMMENT
from moderation.tasks import sweep_bot_likelihood

MOST_STATUSES = 50
MOST_RULES = 20


def file_report(
    *,
    account_id: int,
    target_id: int,
    status_ids: Sequence[int] = (),
    comment: str = "",
    category: str = Report.Category.OTHER,
    rule_ids: Sequence[str] = (),
    forward: bool = False,
) -> Report:
    """Report `target_id`; opens a case on it, or joins the open one.

    Raises NotAllowed for a reporter without personhood, NotFound for an account or a status that the reporter cannot
    see or that is not the account's, and Problem for what is out of bounds.
    """
    require_admitted(account_id)
    _check(account_id, target_id, status_ids, comment, category, rule_ids)
    with transaction.atomic():
        # Under this lock two reports at the same moment open one case, and a decision is not overtaken by a report.
        if not Account.objects.select_for_update(no_key=True).filter(pk=target_id, is_active=True).exists():
            raise NotFound("Record not found")
        wanted = list(dict.fromkeys(status_ids))
        if set(wanted) - reportable_status_ids(account_id=target_id, status_ids=wanted, viewer_id=account_id):
            raise NotFound("Record not found")
        case, _ = Case.objects.get_or_create(account_id=target_id, state=Case.State.OPEN)
        hold_training(account_id=target_id, reason=OPEN_CASE)
        Case.objects.filter(pk=case.pk).update(reports_count=F("reports_count") + 1)
        report = Report.objects.create(
            case=case,
            account_id=account_id,
            target_id=target_id,
            status_ids=wanted,
            comment=comment,
            category=category,
            rule_ids=list(rule_ids),
            forward=forward,
        )
        events.record("report.filed", account_id=account_id, subject_id=report.pk, data={"target_id": target_id})
        # robust: without Redis the report stands, and the sweep scores later.
        after_commit(sweep_bot_likelihood.delay)
    return report


def _check(
    account_id: int, target_id: int, status_ids: Sequence[int], comment: str, category: str, rule_ids: Sequence[str]
) -> None:
    if account_id == target_id:
        raise Problem("An account cannot report itself.", field="account_id")
    if len(status_ids) > MOST_STATUSES:
        raise Problem(f"A report names at most {MOST_STATUSES} statuses.", field="status_ids", limit=MOST_STATUSES)
    if len(rule_ids) > MOST_RULES:
        raise Problem(f"A report names at most {MOST_RULES} rules.", field="rule_ids", limit=MOST_RULES)
    if len(comment) > LONGEST_COMMENT:
        raise Problem(f"A comment has at most {LONGEST_COMMENT} characters.", field="comment", limit=LONGEST_COMMENT)
    if category not in Report.Category.values:
        raise Problem(f"category is one of {', '.join(Report.Category.values)}.", field="category")
