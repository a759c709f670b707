"""Gives a status the card of the first page that it links to; a worker fetches the page."""

import hashlib
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from feed.models import PreviewCard, Status
from feed.queries.links import LONGEST_LINK, as_uri, links

FETCHED_ANEW_AFTER = timedelta(days=14)


def card_of(text: str, visibility: str) -> PreviewCard | None:
    """The card for a text, known already or waiting to be fetched.

    None for a direct status: what somebody writes to another person makes no request to a third.
    """
    if not settings.LINK_CARDS or visibility == Status.Visibility.DIRECT:
        return None
    url = next((one for one in map(as_uri, links(text)) if one and len(one) <= LONGEST_LINK), None)
    if url is None:
        return None
    card, _ = PreviewCard.objects.get_or_create(url_sha256=url_hash(url), defaults={"url": url})
    if card.state == PreviewCard.State.FAILED and is_old(card):
        card.state, card.attempts = PreviewCard.State.WAITING, 0
        card.save(update_fields=["state", "attempts"])
    return card


def is_to_fetch(card: PreviewCard) -> bool:
    """Whether a worker should look at the page: it never did, or long ago; what is known is shown until more is."""
    return card.state == PreviewCard.State.WAITING or is_old(card)


def url_hash(url: str) -> bytes:
    """What a card is found by."""
    return hashlib.sha256(url.encode()).digest()


def is_old(card: PreviewCard) -> bool:
    """Whether it was looked at last longer ago than a fortnight."""
    return card.fetched_at is None or card.fetched_at < timezone.now() - FETCHED_ANEW_AFTER
