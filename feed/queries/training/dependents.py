"""Whose records change when a status changes, or when somebody else decides."""

from collections.abc import Collection

from django.db.models import Q

from feed.models import Status


def authors_of(status_ids: Collection[int]) -> dict[int, int]:
    """The author's account id of each status, deleted ones too; statuses whose row is gone are left out."""
    return dict(Status.objects.filter(pk__in=list(status_ids)).values_list("pk", "account_id"))


def quoting_authors(*, account_ids: Collection[int] = (), status_ids: Collection[int] = ()) -> set[int]:
    """Who quotes these statuses, or any of these accounts: whether that may be used hangs on what is quoted."""
    quoted = Q()
    if account_ids:
        quoted |= Q(quote_of__account_id__in=list(account_ids))
    if status_ids:
        quoted |= Q(quote_of_id__in=list(status_ids))
    if not quoted:
        return set()
    quoting = Status.objects.filter(quoted, quote_of__isnull=False, deleted_at=None)
    return set(quoting.values_list("account_id", flat=True))
