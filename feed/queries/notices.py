"""An account's notifications and reading positions."""

from collections.abc import Collection, Sequence

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from common.pagination import Page
from common.problems import NotFound
from feed.models import Marker, Notice, Status
from feed.queries.blocking import Viewer
from feed.queries.statuses import with_everything
from feed.queries.visibility import visible_to


def notices_of(
    *,
    account_id: int,
    page: Page,
    kinds: Sequence[str] = (),
    without: Sequence[str] = (),
    from_account_id: int | None = None,
) -> list[Notice]:
    """A page of notices; those about a status that the account may no longer see are left out."""
    rows = _rows(account_id)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    if without:
        rows = rows.exclude(kind__in=without)
    if from_account_id is not None:
        rows = rows.filter(from_account_id=from_account_id)
    return page.of_rows(rows)


def notice_for(*, account_id: int, notice_id: int) -> Notice:
    """One notice of the account's own. Raises NotFound."""
    notice = _rows(account_id).filter(pk=notice_id).first()
    if notice is None:
        raise NotFound("Record not found")
    return notice


def notices_by_id(notice_ids: Collection[int]) -> list[Notice]:
    """Notices of any accounts, without those about a status that their own account may no longer see."""
    return list(_loaded(Notice.objects.filter(_to_be_shown(OuterRef("account_id")), pk__in=notice_ids)))


def markers_of(*, account_id: int, timelines: Sequence[str]) -> list[Marker]:
    """Reading positions of the timelines asked for."""
    return list(Marker.objects.filter(account_id=account_id, timeline__in=timelines))


def _rows(account_id: int) -> QuerySet[Notice]:
    return _loaded(Notice.objects.filter(_to_be_shown(account_id), account_id=account_id))


def _to_be_shown(account_id: Viewer) -> Q:
    seen = Status.objects.filter(visible_to(account_id), pk=OuterRef("status_id"))
    moderation = Q(kind=Notice.Kind.MODERATION)
    return moderation | Q(status=None, from_account__is_active=True) | Q(Exists(seen))


def _loaded(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    return notices.select_related("account__profile", "from_account__profile").prefetch_related(
        Prefetch("status", queryset=with_everything(Status.objects.all()))
    )
