"""Fetches a page that a status links to, for its card."""

from feed.models import PreviewCard

CARDS_IN_A_SWEEP = 100


def waiting_cards() -> list[int]:
    """Ids of cards to fetch, oldest first."""
    return list(
        PreviewCard.objects.filter(state="waiting").order_by("pk").values_list("pk", flat=True)[:CARDS_IN_A_SWEEP]
    )


def fetch_card(card_id: int) -> None:
    """Nothing yet."""
