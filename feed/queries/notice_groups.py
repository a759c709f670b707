"""Which notices are shown as one: what several people did to the same status, or followed, within half a day."""

from collections.abc import Sequence

from django.utils import timezone

from feed.models import Notice

# Mastodon's figures: a group takes no more after 12 hours.
SECONDS_IN_A_BUCKET = 3600
BUCKETS = 12
UNGROUPED = "ungrouped-"
GROUPED = (Notice.Kind.FAVOURITE, Notice.Kind.REBLOG, Notice.Kind.FOLLOW, Notice.Kind.ADMIN_SIGN_UP)


def group_keys(notices: Sequence[Notice]) -> list[str]:
    """A key for each notice: of a group that is still open, or of a new one; blank for what stands by itself. One query."""
    hour = int(timezone.now().timestamp()) // SECONDS_IN_A_BUCKET
    beginnings = [_beginning(one) for one in notices]
    wanted = {
        f"{beginning}-{bucket}"
        for beginning in beginnings
        if beginning
        for bucket in range(hour - BUCKETS + 1, hour + 1)
    }
    if not wanted:
        return [""] * len(notices)
    receivers = {one.account_id for one in notices}
    rows = Notice.objects.filter(account_id__in=receivers, group_key__in=wanted)
    held = set(rows.values_list("account_id", "group_key").distinct())
    keys = []
    for notice, beginning in zip(notices, beginnings, strict=True):
        open_ones = [
            bucket for bucket in range(hour, hour - BUCKETS, -1) if (notice.account_id, f"{beginning}-{bucket}") in held
        ]
        keys.append(f"{beginning}-{open_ones[0] if open_ones else hour}" if beginning else "")
    return keys


def _beginning(notice: Notice) -> str:
    if notice.kind not in GROUPED:
        return ""
    return f"{notice.kind}-{notice.status_id}" if notice.status_id else str(notice.kind)
