"""Push subscriptions: whose, for which notices."""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from common.authentication import still_valid
from common.ids import smallest_id_at
from common.problems import NotFound
from feed.models import Follow, Notice, PushSubscription

# A push that failed is tried again for so long.
TRIED_FOR = timedelta(hours=1)
NUDGE_DUE_AFTER = timedelta(seconds=20)
NOTICES_IN_A_SWEEP = 500


def subscription_of(token_id: int) -> PushSubscription:
    """The subscription of a client, by its token. Raises NotFound."""
    found = PushSubscription.objects.filter(token_id=token_id).first()
    if found is None:
        raise NotFound("Record not found")
    return found


def subscriptions_for(notice: Notice) -> list[PushSubscription]:
    """Those of the receiver's clients that want this notice, and whose token still holds."""
    wanted = [
        one
        for one in PushSubscription.objects.filter(account_id=notice.account_id).order_by("pk")
        if one.alerts.get(notice.kind) is True and one.policy != PushSubscription.Policy.NONE
    ]
    if not wanted:
        return []
    sender, receiver = notice.from_account_id, notice.account_id
    both_ways = Q(source_id=receiver, target_id=sender) | Q(source_id=sender, target_id=receiver)
    follows = set(Follow.objects.filter(both_ways, pending=False).values_list("source_id", flat=True))
    needed: dict[str, int | None] = {
        PushSubscription.Policy.FOLLOWED: receiver,
        PushSubscription.Policy.FOLLOWER: sender,
    }
    wanted = [one for one in wanted if one.policy not in needed or needed[one.policy] in follows]
    held = still_valid([one.token_id for one in wanted])
    return [one for one in wanted if one.token_id in held]


def unpushed_notices() -> Sequence[int]:
    """Ids of notices whose push no worker has finished, oldest first."""
    now = timezone.now()
    rows = Notice.objects.filter(
        pk__gt=smallest_id_at(now - TRIED_FOR - timedelta(minutes=10)),
        pushed_at=None,
        filtered=False,
        created_at__lt=now - NUDGE_DUE_AFTER,
        account_id__in=PushSubscription.objects.values("account_id"),
    )
    return list(rows.order_by("pk").values_list("pk", flat=True)[:NOTICES_IN_A_SWEEP])
