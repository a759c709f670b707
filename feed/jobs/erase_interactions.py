"""Takes back, with the numbers that count it, what a closed account did with others' statuses, and they with its own."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from django.db.models import F, Q
from django.db.models.functions import Greatest

from common import events
from feed.jobs.counts import Counted
from feed.models import Bookmark, Endorsement, Favourite, Pin, Profile, Status, ThreadMute
from feed.queries.quotes import ACCEPTED, DELETED
from feed.queries.visibility import OPEN_VISIBILITIES

ROWS_AT_A_TIME = 5000


def forget_interactions(account_id: int) -> None:
    """Call it in the transaction that deletes the account's statuses, before it does. Statuses are changed first, then profiles."""
    favourites = Favourite.objects.filter(account_id=account_id)
    live = Status.objects.filter(account_id=account_id, deleted_at=None)
    counted = live.filter(in_reply_to__isnull=False, withheld_at=None, visibility__in=OPEN_VISIBILITIES)
    _uncount("favourites_count", favourites.values_list("status_id", flat=True))
    _uncount("reblogs_count", live.filter(reblog_of__isnull=False).values_list("reblog_of_id", flat=True))
    _uncount("quotes_count", live.filter(quote_state=ACCEPTED).values_list("quote_of_id", flat=True))
    _uncount("replies_count", counted.values_list("in_reply_to_id", flat=True))
    Status.objects.filter(quote_of__account_id=account_id, quote_state=ACCEPTED).update(quote_state=DELETED)
    favourites.delete()
    for model in (Bookmark, Pin, ThreadMute):
        model.objects.filter(account_id=account_id).delete()
    Endorsement.objects.filter(Q(source_id=account_id) | Q(target_id=account_id)).delete()
    _end_reblogs_by_others(account_id)


def _uncount(what: Counted, status_ids: Iterable[int | None]) -> None:
    by_number: dict[int, list[int]] = defaultdict(list)
    for status_id, number in Counter(one for one in status_ids if one is not None).items():
        by_number[number].append(status_id)
    everything = sorted(status_id for ids in by_number.values() for status_id in ids)
    for start in range(0, len(everything), ROWS_AT_A_TIME):
        # In the order of ids, as everywhere.
        rows = Status.objects.filter(pk__in=everything[start : start + ROWS_AT_A_TIME]).order_by("pk")
        list(rows.select_for_update(no_key=True).values_list("pk"))
    for number, ids in by_number.items():
        Status.objects.filter(pk__in=ids).update(**{what: Greatest(F(what) - number, 0)})


def _end_reblogs_by_others(account_id: int) -> None:
    """The rows go with the statuses that they show; here those who reblogged have them counted no more."""
    reblogs = Status.objects.filter(reblog_of__account_id=account_id, deleted_at=None).exclude(account_id=account_id)
    rows = list(reblogs.values_list("pk", "account_id", "reblog_of_id"))
    numbers = Counter(who for _, who, _ in rows)
    for who in sorted(numbers):
        Profile.objects.filter(pk=who).update(statuses_count=Greatest(F("statuses_count") - numbers[who], 0))
    events.record_all(
        "reblog.removed", [(who, shown, {"reblog_id": pk, "with_status": True}) for pk, who, shown in rows]
    )
