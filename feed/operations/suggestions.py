"""Suggestions that somebody does not want."""

from feed.models import Profile, SuggestionDismissal


def dismiss_suggestion(*, account_id: int, target_id: int) -> None:
    """Suggest this account no more. As in Mastodon nothing is said where there is none, or it was no suggestion."""
    if target_id != account_id and Profile.objects.filter(pk=target_id, account__is_active=True).exists():
        SuggestionDismissal.objects.get_or_create(source_id=account_id, target_id=target_id)
