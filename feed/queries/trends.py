"""What trends, as it was computed last (feed/jobs/trends.py), as far as a viewer may see it."""

from django.db.models import BigIntegerField, QuerySet
from django.db.models.functions import Cast

from feed.models import PreviewCard, Status, Trend
from feed.queries.topics import in_order
from feed.queries.visibility import openly_public, visible_to, wanted_by


def trending_tags(*, limit: int, offset: int = 0) -> list[str]:
    """Tags, most taken up first."""
    return list(_trends(Trend.Kind.TAG).values_list("subject", flat=True)[offset : offset + limit])


def trending_statuses(*, viewer_id: int | None, limit: int, offset: int = 0) -> list[Status]:
    """Statuses, most liked first, without those of people whom the viewer does not want to see."""
    ids = [int(one) for one in _trends(Trend.Kind.STATUS).values_list("subject", flat=True)]
    shown = Status.objects.filter(openly_public() & visible_to(viewer_id) & wanted_by(viewer_id), pk__in=ids)
    seen = set(shown.values_list("pk", flat=True))
    return in_order([one for one in ids if one in seen][offset : offset + limit])


def trending_cards(*, limit: int, offset: int = 0) -> list[PreviewCard]:
    """Links, most shared first."""
    subjects = _trends(Trend.Kind.LINK).annotate(card_id=Cast("subject", BigIntegerField()))
    ids = list(subjects.values_list("card_id", flat=True)[offset : offset + limit])
    found = PreviewCard.objects.in_bulk(ids)
    return [found[one] for one in ids if one in found]


def _trends(kind: Trend.Kind) -> QuerySet[Trend]:
    return Trend.objects.filter(kind=kind).order_by("-score", "subject")
