"""An account's notifications and reading positions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from common.pagination import Page
from common.problems import NotFound
from feed.models import Marker, Mute, Notice, Profile, Status
from feed.queries.blocking import Viewer, blocked_by, blocks, in_force, inside
from feed.queries.statuses import with_everything
from feed.queries.visibility import visible_to


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which of an account's notices a client asks for."""

    kinds: Sequence[str] = ()
    without: Sequence[str] = ()
    from_account_id: int | None = None
    filtered_too: bool = False

    def rows_of(self, account_id: int) -> QuerySet[Notice]:
        """Nothing is loaded with them, and those about what may no longer be seen are among them."""
        rows = Notice.objects.filter(account_id=account_id)
        if self.kinds:
            rows = rows.filter(kind__in=self.kinds)
        if self.without:
            rows = rows.exclude(kind__in=self.without)
        if self.from_account_id is not None:
            rows = rows.filter(from_account_id=self.from_account_id)
        return rows if self.filtered_too else rows.filter(filtered=False)


ANY = Wanted()


def notices_of(*, account_id: int, page: Page, wanted: Wanted = ANY) -> list[Notice]:
    """A page of notices; those about a status that the account may no longer see are left out."""
    return page.of_rows(loaded(wanted.rows_of(account_id).filter(to_be_shown(account_id))))


def notice_for(*, account_id: int, notice_id: int) -> Notice:
    """One notice of the account's own. Raises NotFound."""
    rows = Notice.objects.filter(to_be_shown(account_id), account_id=account_id, pk=notice_id)
    notice = loaded(rows).first()
    if notice is None:
        raise NotFound("Record not found")
    return notice


def notices_by_id(notice_ids: Collection[int]) -> list[Notice]:
    """Notices of any accounts, without those that are held back or about what their own account may no longer see."""
    rows = Notice.objects.filter(to_be_shown(OuterRef("account_id")), pk__in=notice_ids, filtered=False)
    return list(loaded(rows))


def unread_count(*, account_id: int, wanted: Wanted, limit: int) -> int:
    """Notices above the account's reading position, counted up to `limit`."""
    rows = wanted.rows_of(account_id).filter(to_be_shown(account_id), pk__gt=read_up_to(account_id))
    return int(rows.order_by("-pk")[:limit].count())


def read_up_to(account_id: int) -> int:
    """The reading position in notifications; 0 before there is one."""
    marker = Marker.objects.filter(account_id=account_id, timeline=Marker.Timeline.NOTIFICATIONS).first()
    return marker.last_read_id if marker else 0


def markers_of(*, account_id: int, timelines: Sequence[str]) -> list[Marker]:
    """Reading positions of the timelines asked for."""
    return list(Marker.objects.filter(account_id=account_id, timeline__in=timelines))


def to_be_shown(account_id: Viewer) -> Q:
    """Decisions always; else what comes from somebody who is there, between whom and the account stands nothing now."""
    seen = Status.objects.filter(visible_to(account_id), pk=OuterRef("status_id"))
    apart = blocks(account_id, "from_account_id") | blocked_by(account_id, "from_account_id")
    muted = Mute.objects.filter(
        in_force(), source_id=inside(account_id), target_id=OuterRef("from_account_id"), hide_notifications=True
    )
    moderation = Q(kind=Notice.Kind.MODERATION)
    somebody = Q(from_account__is_active=True) & ~Q(from_account__profile__restriction=Profile.Restriction.SUSPENDED)
    about = (somebody | Q(from_account=None)) & (Q(status=None) | Q(Exists(seen)))
    return moderation | (about & ~apart & ~Q(Exists(muted)))


def loaded(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """With all that rendering needs."""
    return notices.select_related("account__profile", "from_account__profile").prefetch_related(
        Prefetch("status", queryset=with_everything(Status.objects.all()))
    )
