"""Deletes how a closed account sorted what it read, and takes it off others' lists."""

from feed.models import (
    AnnouncementReaction,
    AnnouncementRead,
    Conversation,
    FeaturedTag,
    Filter,
    List,
    ListMember,
    TagFollow,
)


def forget_reading(account_id: int) -> None:
    """Call it in the transaction that erases the account."""
    for model in (
        List,
        ListMember,
        TagFollow,
        FeaturedTag,
        Filter,
        Conversation,
        AnnouncementRead,
        AnnouncementReaction,
    ):
        model.objects.filter(account_id=account_id).delete()
