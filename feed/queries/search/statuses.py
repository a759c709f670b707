"""Statuses by their words: the viewer's own, what speaks to them or what they have kept, and what is public.

Of what is public, that of people who let search find it (`indexable`).
"""

import datetime as dt
from collections.abc import Callable

from django.db.models import BooleanField, Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from common.ids import smallest_id_at
from feed.models import Bookmark, Favourite, MediaAttachment, Status
from feed.queries.search.words import Condition, day_of, taken_apart, text_query
from feed.queries.topics import in_order
from feed.queries.visibility import mentions, visible_to, wanted_by

MATCHES = "feed_search_vector(feed_status.language, feed_status.spoiler_text, feed_status.text) @@ %s::tsquery"
NOTHING = Q(pk__in=[])
DAY = dt.timedelta(days=1)
FIRST_LOOK = 200


def search_statuses(
    *,
    query: str,
    viewer_id: int,
    limit: int,
    offset: int = 0,
    account_id: int | None = None,
    min_id: int | None = None,
    max_id: int | None = None,
) -> list[Status]:
    """What the viewer may find with this query, newest first."""
    wanted = taken_apart(query)
    # As the index that serves it: neither deleted nor a reblog.
    rows = Status.objects.filter(deleted_at=None, withheld_at=None, reblog_of=None)
    text = text_query(wanted)
    if text:
        rows = rows.filter(RawSQL(MATCHES, [text], output_field=BooleanField()))  # noqa: S611 (the query is a parameter)
    elif not any(not one.negated for one in wanted.conditions):
        return []
    for condition in wanted.conditions:
        rule = _rule(condition, viewer_id)
        rows = rows.filter(~rule if condition.negated else rule)
    if account_id is not None:
        rows = rows.filter(account_id=account_id)
    if min_id is not None:
        rows = rows.filter(pk__gt=min_id)
    if max_id is not None:
        rows = rows.filter(pk__lt=max_id)
    return in_order(_newest_allowed(rows, viewer_id, offset + limit)[offset:])


def _newest_allowed(rows: QuerySet[Status], viewer_id: int, number: int) -> list[int]:
    """Ids of the newest that the viewer may find. What they may see is asked of the newest matches alone, of more and
    more of them: a word that many statuses hold has many matches, and nearly all of the first may be shown.
    """
    open_to_all = Q(visibility=Status.Visibility.PUBLIC, account__profile__indexable=True)
    allowed = Status.objects.filter(visible_to(viewer_id), wanted_by(viewer_id)).filter(
        _library(viewer_id) | open_to_all
    )
    found: list[int] = []
    at_a_time, rest = FIRST_LOOK, rows
    while len(found) < number:
        ids = list(rest.order_by("-pk").values_list("pk", flat=True)[:at_a_time])
        if ids:
            found += allowed.filter(pk__in=ids).order_by("-pk").values_list("pk", flat=True)
        if len(ids) < at_a_time:
            break
        rest, at_a_time = rows.filter(pk__lt=ids[-1]), 4 * at_a_time
    return found[:number]


def _library(viewer_id: int) -> Q:
    own = {"account_id": viewer_id, "status_id": OuterRef("pk")}
    kept = Q(Exists(Favourite.objects.filter(**own))) | Q(Exists(Bookmark.objects.filter(**own)))
    return Q(account_id=viewer_id) | Q(mentions(viewer_id)) | kept


def _rule(condition: Condition, viewer_id: int) -> Q:
    return RULES[condition.name](condition.value, viewer_id)


def _from(value: str, viewer_id: int) -> Q:
    name = value.lstrip("@").partition("@")[0]
    return Q(account_id=viewer_id) if name == "me" else Q(account__username__iexact=name)


def _has(value: str, viewer_id: int) -> Q:
    media = MediaAttachment.objects.filter(status_id=OuterRef("pk"))
    kinds = {"image": ("image", "gifv"), "video": ("video", "gifv"), "audio": ("audio",)}
    if value == "media":
        return Q(Exists(media))
    if value in kinds:
        return Q(Exists(media.filter(kind__in=kinds[value])))
    if value in ("link", "embed"):
        return Q(card__isnull=False)
    return Q(poll__isnull=False) if value == "poll" else NOTHING


def _is(value: str, viewer_id: int) -> Q:
    return {"reply": Q(in_reply_to_account_id__isnull=False), "sensitive": Q(sensitive=True)}.get(value, NOTHING)


def _between(value: str, first: int, last: int) -> Q:
    """Days from `first` to before `last`, counted from the day that is named."""
    day = day_of(value)
    if day is None:
        return NOTHING
    begins = Q() if first < 0 else Q(pk__gte=smallest_id_at(day + first * DAY))
    return begins & (Q() if last < 0 else Q(pk__lt=smallest_id_at(day + last * DAY)))


RULES: dict[str, Callable[[str, int], Q]] = {
    "from": _from,
    "has": _has,
    "is": _is,
    "language": lambda value, _: Q(language__istartswith=value[:10]),
    "before": lambda value, _: _between(value, -1, 0),
    "after": lambda value, _: _between(value, 1, -1),
    "during": lambda value, _: _between(value, 0, 1),
    "in": lambda value, viewer_id: {
        "library": _library(viewer_id),
        "public": Q(visibility=Status.Visibility.PUBLIC),
    }.get(value, Q()),
}
