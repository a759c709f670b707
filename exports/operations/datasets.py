"""End a dataset."""

from django.db import transaction
from django.utils import timezone

from common.problems import NotFound, Problem
from exports.models import Dataset, Release
from exports.operations.permissions import require_operator
from exports.operations.releases import LONGEST_REASON


def close_dataset(*, operator_id: int, dataset_id: int, reason: str) -> Dataset:
    """Refresh a dataset no more and give out none of its releases; their data is deleted after the grace time.

    Closing a closed one changes nothing. Raises Problem.
    """
    require_operator(operator_id, "exports.change_dataset")
    reason = reason.strip()
    if not 1 <= len(reason) <= LONGEST_REASON or "\0" in reason:
        raise Problem(f"A reason has 1 to {LONGEST_REASON} characters.", field="reason", limit=LONGEST_REASON)
    with transaction.atomic():
        dataset = Dataset.objects.select_for_update().filter(pk=dataset_id).first()
        if dataset is None:
            raise NotFound("There is no such dataset.")
        if dataset.closed_at is None:
            now = timezone.now()
            dataset.active, dataset.closed_at = False, now
            dataset.save(update_fields=["active", "closed_at"])
            given_out = Release.objects.filter(dataset=dataset, state=Release.State.PUBLISHED)
            given_out.update(state=Release.State.CLOSED, closed_at=now, close_reason=reason)
    return dataset
