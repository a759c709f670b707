"""Fetches a page that statuses link to, for its card. Safe to run twice and to be killed at any point.

A try takes the row for a minute, by its time and its number of tries; no transaction is open while the web is asked.
"""

from datetime import timedelta
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from feed.engines import pictures
from feed.engines.page_facts import PageFacts, page_facts
from feed.engines.pictures import PictureRefusedError
from feed.engines.safe_fetch import FetchRefusedError, fetch
from feed.jobs import media_files
from feed.jobs.posting.cards import FETCHED_ANEW_AFTER
from feed.jobs.shown import forget_statuses
from feed.models import PreviewCard, Status

log = structlog.get_logger(__name__)

MOST_ATTEMPTS = 3
ONE_TRY = timedelta(minutes=1)
CARDS_IN_A_SWEEP = 100
STATUSES_SHOWN_ANEW = 1000
LARGEST_PAGE = 512 * 1024
LARGEST_PICTURE = 4 * 1024 * 1024
FOLDER = "cards"
PAGES = {"text/html", "application/xhtml+xml"}


def waiting_cards() -> list[int]:
    """Ids of cards to fetch that no worker is at, oldest first; what failed too often is given up."""
    free = PreviewCard.objects.filter(_free(), state=PreviewCard.State.WAITING)
    free.filter(attempts__gte=MOST_ATTEMPTS).update(state=PreviewCard.State.FAILED)
    return list(free.order_by("pk").values_list("pk", flat=True)[:CARDS_IN_A_SWEEP])


def fetch_card(card_id: int) -> None:
    """Fetch one, unless it is fetched or another worker is at it."""
    card = _taken(card_id)
    if card is None:
        return
    try:
        page = fetch(card.url, most_bytes=LARGEST_PAGE, accept="text/html", cut=True, also=settings.LINK_CARD_NETWORKS)
        facts = page_facts(page.body, url=page.url, charset=page.charset) if page.content_type in PAGES else PageFacts()
    except FetchRefusedError as refusal:
        log.info("card_not_fetched", card_id=card_id, reason=str(refusal))
        if refusal.lasting or card.attempts >= MOST_ATTEMPTS:
            _give_up(card)
        return
    if not facts.title:
        _give_up(card)
        return
    _keep(card, facts)


def _free() -> Q:
    return Q(fetched_at=None) | Q(fetched_at__lt=timezone.now() - ONE_TRY)


def _taken(card_id: int) -> PreviewCard | None:
    old = Q(state=PreviewCard.State.READY, fetched_at__lt=timezone.now() - FETCHED_ANEW_AFTER)
    wanted = Q(state=PreviewCard.State.WAITING, attempts__lt=MOST_ATTEMPTS) & _free()
    rows = PreviewCard.objects.filter(old | wanted, pk=card_id)
    if not rows.update(attempts=F("attempts") + 1, fetched_at=timezone.now()):
        return None
    return PreviewCard.objects.get(pk=card_id)


def _give_up(card: PreviewCard) -> None:
    """A card that was known before stays as it was."""
    waiting = PreviewCard.objects.filter(pk=card.pk, state=PreviewCard.State.WAITING)
    waiting.update(state=PreviewCard.State.FAILED)


def _keep(card: PreviewCard, facts: PageFacts) -> None:
    before = card.image
    card.title, card.description = facts.title, facts.description
    card.author_name, card.language = facts.author_name, facts.language
    card.provider_name = facts.provider_name or (urlsplit(card.url).hostname or "")[:200]
    card.published_at, card.image_description = facts.published_at, facts.image_description
    card.image, card.blurhash, card.width, card.height = "", "", 0, 0
    if facts.image_url:
        _picture(card, facts.image_url)
    card.state, card.fetched_at = PreviewCard.State.READY, timezone.now()
    try:
        with transaction.atomic():
            card.save()
            newest = Status.objects.filter(card=card, deleted_at=None).order_by("-pk")
            forget_statuses(newest.values_list("pk", flat=True)[:STATUSES_SHOWN_ANEW])
    except Exception:
        if card.image:
            media_files.remove(card.image)
        raise
    if before:
        media_files.remove(before)


def _picture(card: PreviewCard, url: str) -> None:
    """Our own small copy: readers' addresses are no other server's business. Without one the card has no picture."""
    try:
        found = fetch(url, most_bytes=LARGEST_PICTURE, accept="image/*", also=settings.LINK_CARD_NETWORKS)
        picture = pictures.decode(found.body)
        small = pictures.preview(picture)
    except (FetchRefusedError, PictureRefusedError) as refusal:
        log.info("card_without_picture", card_id=card.pk, reason=str(refusal))
        return
    card.image = media_files.store_bytes(f"{media_files.fresh_name(FOLDER)}.{small.suffix}", small.data)
    card.blurhash = pictures.blurhash_of(picture)
    card.width, card.height = small.width, small.height
