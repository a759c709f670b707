"""Deletes how a closed account stood to others, and they to it."""

from django.db.models import F, Q
from django.db.models.functions import Greatest

from feed.models import AccountNote, Block, Follow, Mute, Profile, SuggestionDismissal


def forget_relations(account_id: int) -> None:
    """Call it in the transaction that erases the account."""
    followed = Follow.objects.filter(source_id=account_id, pending=False).values_list("target_id", flat=True)
    Profile.objects.filter(pk__in=list(followed)).update(followers_count=Greatest(F("followers_count") - 1, 0))
    followers = Follow.objects.filter(target_id=account_id, pending=False).values_list("source_id", flat=True)
    Profile.objects.filter(pk__in=list(followers)).update(following_count=Greatest(F("following_count") - 1, 0))
    for model in (Follow, Block, Mute, AccountNote, SuggestionDismissal):
        model.objects.filter(Q(source_id=account_id) | Q(target_id=account_id)).delete()
