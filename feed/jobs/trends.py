"""What trends: computed anew by beat from what was posted and liked, as Mastodon 4 does (app/models/trends/).

A tag or a link scores by how many people used it within a day against the day before: (observed - expected)² / expected;
a status by its reblogs and favourites. Scores halve in time, so what nobody takes up again fades and goes.
"""

import datetime as dt
import math
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from common.ids import moment_of, smallest_id_at
from feed.models import Trend

REFRESH_LOCK = 4_120_000_058
DAY = dt.timedelta(days=1)
WEEK = 7 * DAY
HALVED_IN = {Trend.Kind.TAG: 4.0, Trend.Kind.LINK: 8.0, Trend.Kind.STATUS: 2.0}  # hours
PEAK_REMEMBERED = 2 * DAY
LEAST_SCORE = {Trend.Kind.TAG: 1.0, Trend.Kind.LINK: 1.0, Trend.Kind.STATUS: 0.3}
MOST_KEPT = 500

PUBLIC = """
s.visibility = 'public' and s.deleted_at is null and s.withheld_at is null and s.reblog_of_id is null
and p.restriction = '' and p.discoverable
"""
USED = """
select {subject}, count(distinct s.account_id) filter (where s.id >= %(day)s),
    count(distinct s.account_id) filter (where s.id < %(day)s), max(s.language)
from feed_status s join feed_profile p on p.account_id = s.account_id {join}
where s.id >= %(before)s and {public} group by 1 having count(distinct s.account_id) filter (where s.id >= %(day)s) >= %(least)s
"""
LIKED = """
select s.id, s.reblogs_count + s.favourites_count, 1, s.language
from feed_status s join feed_profile p on p.account_id = s.account_id
where s.id >= %(oldest)s and s.reblogs_count + s.favourites_count >= %(least)s and {public}
    and s.spoiler_text = '' and not s.sensitive and s.in_reply_to_account_id is null
"""
WEEKLY = """
with used as (
    select t.name, count(distinct s.account_id) as accounts
    from feed_statustag t join feed_status s on s.id = t.status_id join feed_profile p on p.account_id = s.account_id
    where t.status_id >= %(week)s and {public} group by 1
)
update feed_tag set accounts = coalesce(used.accounts, 0), refreshed_at = %(now)s
from feed_tag t left join used on used.name = t.name
where feed_tag.name = t.name and feed_tag.accounts <> coalesce(used.accounts, 0)
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """How often something was taken up now and before."""

    subject: str
    observed: int
    expected: int
    language: str


def refresh_trends() -> int:
    """Compute every trend; gives how many there are. One worker at a time; another leaves it."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [REFRESH_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        try:
            now = timezone.now()
            kept = sum(_refresh(kind, seen, now) for kind, seen in _all_seen(now).items())
            cursor.execute(WEEKLY.format(public=PUBLIC), {"week": smallest_id_at(now - WEEK), "now": now})
            return kept
        finally:
            cursor.execute("select pg_advisory_unlock(%s)", [REFRESH_LOCK])


def _all_seen(now: dt.datetime) -> dict[Trend.Kind, list[Seen]]:
    values = {
        "day": smallest_id_at(now - DAY),
        "before": smallest_id_at(now - 2 * DAY),
        "oldest": smallest_id_at(now - 3 * DAY),
        "least": settings.TRENDS_LEAST_PEOPLE,
    }
    tags = USED.format(subject="t.name", join="join feed_statustag t on t.status_id = s.id", public=PUBLIC)
    cards = "join feed_previewcard c on c.id = s.card_id and c.state = 'ready'"
    queries = {
        Trend.Kind.TAG: tags,
        Trend.Kind.LINK: USED.format(subject="s.card_id", join=cards, public=PUBLIC),
        Trend.Kind.STATUS: LIKED.format(public=PUBLIC),
    }
    found = {}
    with connection.cursor() as cursor:
        for kind, query in queries.items():
            cursor.execute(query, values)
            found[kind] = [Seen(str(subject), *rest) for subject, *rest in cursor.fetchall()]
    return found


def _refresh(kind: Trend.Kind, seen: list[Seen], now: dt.datetime) -> int:
    """Write what trends of one kind, and delete what does no longer."""
    before = {row.subject: row for row in Trend.objects.filter(kind=kind)}
    rows = []
    for one in seen:
        expected = max(1, one.expected)
        score = (one.observed - expected) ** 2 / expected if one.observed > expected else 0.0
        row = before.pop(one.subject, None)
        peak, peak_at = (row.peak, row.peak_at) if row and now - row.peak_at < PEAK_REMEMBERED else (0.0, now)
        if score > _faded(kind, peak, peak_at, now):
            # A status's likes only ever grow: its age is what lets it fade.
            peak, peak_at = score, now if kind != Trend.Kind.STATUS else _made_at(one.subject)
        rows.append(_row(kind, one.subject, peak, peak_at, now, one.language))
    rows += [_row(kind, row.subject, row.peak, row.peak_at, now, row.language) for row in before.values()]
    kept = [row for row in rows if row.score >= LEAST_SCORE[kind]]
    kept = sorted(kept, key=lambda row: -row.score)[:MOST_KEPT]
    with transaction.atomic():
        Trend.objects.filter(kind=kind).exclude(subject__in=[row.subject for row in kept]).delete()
        Trend.objects.bulk_create(
            kept,
            update_conflicts=True,
            unique_fields=["kind", "subject"],
            update_fields=["peak", "peak_at", "score", "language"],
        )
    return len(kept)


def _row(kind: Trend.Kind, subject: str, peak: float, peak_at: dt.datetime, now: dt.datetime, language: str) -> Trend:
    score = _faded(kind, peak, peak_at, now)
    return Trend(kind=kind, subject=subject, peak=peak, peak_at=peak_at, score=score, language=language)


def _faded(kind: Trend.Kind, peak: float, peak_at: dt.datetime, now: dt.datetime) -> float:
    hours = max(0.0, (now - peak_at).total_seconds() / 3600)
    return peak * math.pow(0.5, hours / HALVED_IN[kind])


def _made_at(subject: str) -> dt.datetime:
    return moment_of(int(subject))
