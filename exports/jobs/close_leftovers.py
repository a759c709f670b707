"""Close what a build published after its dataset was closed."""

from django.utils import timezone

from exports.models import Release

REASON = "its dataset is closed"


def close_leftovers() -> int:
    """Close every release that is given out of a dataset that is closed; gives their number. Safe to run twice."""
    left = Release.objects.filter(state=Release.State.PUBLISHED, dataset__closed_at__isnull=False)
    return left.update(state=Release.State.CLOSED, closed_at=timezone.now(), close_reason=REASON)
