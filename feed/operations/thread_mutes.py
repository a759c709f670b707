"""Threads that an account wants no more notices from."""

from common.problems import NotFound
from feed.models import Status, ThreadMute
from feed.queries.statuses import original_for


def mute_thread(*, account_id: int, status_id: int) -> None:
    """No more notices from the thread that a status is part of; twice changes nothing. Raises NotFound."""
    root_id = _root_id(account_id, status_id)
    if not Status.objects.filter(pk=root_id).exists():
        # Erased with its author's account.
        raise NotFound("Record not found")
    ThreadMute.objects.get_or_create(account_id=account_id, status_id=root_id)


def unmute_thread(*, account_id: int, status_id: int) -> None:
    """Notices again. Raises NotFound."""
    ThreadMute.objects.filter(account_id=account_id, status_id=_root_id(account_id, status_id)).delete()


def _root_id(account_id: int, status_id: int) -> int:
    status = original_for(status_id=status_id, viewer_id=account_id)
    return status.root_id or status.pk
