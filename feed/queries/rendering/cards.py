"""Previews of linked pages as Mastodon's JSON."""

from typing import Any

from feed.models import PreviewCard
from feed.queries.images import media_url
from feed.queries.rendering.accounts import moment


def card_json(card: PreviewCard) -> dict[str, Any] | None:
    """Mastodon's PreviewCard; None until the page was fetched, and where it could not be."""
    if card.state != PreviewCard.State.READY:
        return None
    author = {"name": card.author_name, "url": card.author_url, "account": None}
    return {
        "url": card.url,
        "title": card.title,
        "description": card.description,
        "language": card.language or None,
        "type": card.kind,
        "author_name": card.author_name,
        "author_url": card.author_url,
        "provider_name": card.provider_name,
        "provider_url": "",
        "html": "",
        "width": card.width,
        "height": card.height,
        "image": media_url(card.image) if card.image else None,
        "image_description": card.image_description,
        "embed_url": "",
        "blurhash": card.blurhash or None,
        "published_at": moment(card.published_at),
        "authors": [author] if card.author_name else [],
    }
