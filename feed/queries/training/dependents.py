"""Which records change when a status changes, or when somebody else decides."""

from collections.abc import Collection

from common.id_sets import one_of
from feed.models import Status


def authors_of(status_ids: Collection[int]) -> set[int]:
    """The account ids of those who wrote them, deleted ones too; of statuses whose row is gone nobody's."""
    written = Status.objects.filter(one_of("pk", status_ids, few=True))
    return set(written.values_list("account_id", flat=True).distinct())


def quoting_statuses(*, account_ids: Collection[int] = (), status_ids: Collection[int] = ()) -> set[int]:
    """What quotes these statuses, or any of these accounts: whether that may be used hangs on what is quoted."""
    quoted = one_of("quote_of__account_id", account_ids) if account_ids else one_of("quote_of_id", status_ids)
    if account_ids and status_ids:
        quoted |= one_of("quote_of_id", status_ids)
    quoting = Status.objects.filter(quoted, quote_of__isnull=False, deleted_at=None)
    return set(quoting.values_list("pk", flat=True))


def answered_statuses(status_ids: Collection[int]) -> set[int]:
    """What these statuses answer: its count of answers is another when one of them comes or goes."""
    answers = Status.objects.filter(one_of("pk", status_ids, few=True), in_reply_to__isnull=False)
    return {answered for answered in answers.values_list("in_reply_to_id", flat=True) if answered}


def answers_of(account_ids: Collection[int]) -> set[int]:
    """The open answers of these accounts to others, which need a consent of their own."""
    answers = Status.objects.filter(
        one_of("account_id", account_ids),
        in_reply_to_account_id__isnull=False,
        visibility=Status.Visibility.PUBLIC,
        deleted_at=None,
    )
    return set(answers.values_list("pk", flat=True))
