"""Tells those who asked to be told of each status of an account that there is one."""

from feed.jobs.notices import notify
from feed.models import Follow, Notice, Status
from feed.queries.audience import whose_home_has

NOTICES_AT_ONCE = 1000


def notify_of_status(status: Status) -> None:
    """Notices for followers with `notify`, as far as the status is in their home timeline; in the present transaction.

    As in Mastodon there are none of reblogs and of replies to others.
    """
    to_another = bool(status.in_reply_to_account_id) and status.in_reply_to_account_id != status.account_id
    if to_another or status.reblog_of_id:
        return
    followers = Follow.objects.filter(target_id=status.account_id, notify=True, pending=False)
    asked = list(followers.order_by("source_id").values_list("source_id", flat=True))
    for start in range(0, len(asked), NOTICES_AT_ONCE):
        told = whose_home_has(status.pk, asked[start : start + NOTICES_AT_ONCE])
        # Who is spoken to has a notice of that already.
        told -= set(status.mentions.values_list("account_id", flat=True))
        notify(
            [
                Notice(account_id=one, kind=Notice.Kind.STATUS, from_account_id=status.account_id, status=status)
                for one in sorted(told)
            ]
        )
