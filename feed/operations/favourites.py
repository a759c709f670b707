"""Favourites: a status is liked, and its author told."""

from django.db import transaction

from common import events
from feed.jobs.counts import count
from feed.jobs.notices import notify
from feed.models import Favourite, Notice
from feed.operations.accounts import require_may_write
from feed.queries.statuses import original_id, target_for


def favourite(*, account_id: int, status_id: int) -> None:
    """Like a status, or the one that a reblog shows; twice changes nothing. Raises NotFound, NotAllowed (personhood, suspended, an author whom one blocks)."""
    require_may_write(account_id)
    status = target_for(status_id=status_id, account_id=account_id)
    with transaction.atomic():
        _, is_new = Favourite.objects.get_or_create(account_id=account_id, status_id=status.pk)
        if not is_new:
            return
        count(status.pk, "favourites_count", 1)
        if status.account_id != account_id:
            notify(
                [
                    Notice(
                        account_id=status.account_id,
                        kind=Notice.Kind.FAVOURITE,
                        from_account_id=account_id,
                        status_id=status.pk,
                    )
                ]
            )
        events.record(
            "favourite.created", account_id=account_id, subject_id=status.pk, data={"author_id": status.account_id}
        )


def unfavourite(*, account_id: int, status_id: int) -> None:
    """Take a like back, also from a status that is no longer to be seen; nothing happens where there is none."""
    liked = original_id(status_id)
    with transaction.atomic():
        # Deleted by one statement: of two requests at once only one finds the row.
        deleted, _ = Favourite.objects.filter(account_id=account_id, status_id=liked).delete()
        if not deleted:
            return
        count(liked, "favourites_count", -1)
        Notice.objects.filter(kind=Notice.Kind.FAVOURITE, from_account_id=account_id, status_id=liked).delete()
        events.record("favourite.removed", account_id=account_id, subject_id=liked)
