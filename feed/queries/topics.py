"""Timelines of what public statuses are about: a hashtag, a link."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from common.pagination import Page
from common.problems import NotFound
from feed.models import MediaAttachment, PreviewCard, Status, StatusTag, Trend
from feed.queries.links import as_uri
from feed.queries.statuses import with_everything
from feed.queries.visibility import openly_public, visible_to, wanted_by

MOST_OF_EACH = 4  # tags in `any`, in `all` and in `none`, as in Mastodon


@dataclass(frozen=True)
class TagChoice:
    """Statuses with one of `any_of`, with each of `all_of` and with none of `none_of`; tags in lower case."""

    any_of: Collection[str]
    all_of: Collection[str] = ()
    none_of: Collection[str] = ()


def tag_timeline(choice: TagChoice, *, viewer_id: int | None, page: Page, with_media: bool = False) -> list[Status]:
    """A page of the public statuses that are chosen, replies among them.

    The rows of each tag are read in their order, so a page costs the same however many statuses a tag has.
    """
    shown = Status.objects.filter(_public_for(viewer_id), pk=OuterRef("status_id"))
    other = StatusTag.objects.filter(status_id=OuterRef("status_id"))
    rows = StatusTag.objects.filter(Exists(shown))
    for name in choice.all_of:
        rows = rows.filter(Exists(other.filter(name=name)))
    if choice.none_of:
        rows = rows.exclude(Exists(other.filter(name__in=choice.none_of)))
    if with_media:
        rows = rows.filter(Exists(MediaAttachment.objects.filter(status_id=OuterRef("status_id"))))
    found = {
        row.status_id
        for name in dict.fromkeys(choice.any_of)
        for row in page.of_rows(rows.filter(name=name), field="status_id")
    }
    newest_first = sorted(found, reverse=True)
    ids = newest_first[-page.limit :] if page.min_id is not None else newest_first[: page.limit]
    return in_order(ids)


def link_timeline(url: str, *, viewer_id: int | None, page: Page) -> list[Status]:
    """A page of the public statuses that share a link which trends. Raises NotFound for any other link."""
    card = PreviewCard.objects.filter(url_sha256=hashlib.sha256(as_uri(url).encode()).digest()).first()
    if card is None or not Trend.objects.filter(kind=Trend.Kind.LINK, subject=str(card.pk)).exists():
        raise NotFound("Record not found")
    rows = Status.objects.filter(_public_for(viewer_id), card=card, account__profile__discoverable=True)
    return page.of_rows(with_everything(rows))


def in_order(status_ids: Collection[int]) -> list[Status]:
    """Statuses with all that is shown of them, in the order of their ids as given; ids without a row are left out."""
    if not status_ids:
        return []
    found = {row.pk: row for row in with_everything(Status.objects.filter(pk__in=status_ids))}
    return [found[one] for one in status_ids if one in found]


def _public_for(viewer_id: int | None) -> Q:
    return openly_public() & visible_to(viewer_id) & wanted_by(viewer_id)
