"""How an account sorts what it reads, for its archive: lists, hashtags, filters."""

from collections.abc import Iterator

from django.db.models import F

from common.archive import ArchivePart, records_of
from feed.models import (
    AnnouncementReaction,
    FeaturedTag,
    Filter,
    FilterKeyword,
    FilterStatus,
    List,
    ListMember,
    TagFollow,
)


def reading_parts(account_id: int) -> Iterator[ArchivePart]:
    """Parts in the order in which they are written."""
    mine = {"account_id": account_id}
    lists = List.objects.filter(**mine)
    yield ArchivePart("lists", "Your lists.", records_of(lists, "id", "title", "replies_policy", "exclusive"))
    members = ListMember.objects.filter(list__account_id=account_id).annotate(username=F("account__username"))
    yield ArchivePart("list_members", "Who is on your lists.", records_of(members, "list_id", "username"))
    yield ArchivePart(
        "followed_tags", "Hashtags that you follow.", records_of(TagFollow.objects.filter(**mine), "name", "at")
    )
    featured = FeaturedTag.objects.filter(**mine)
    yield ArchivePart("featured_tags", "Hashtags on your profile.", records_of(featured, "name", "at"))
    filters = Filter.objects.filter(**mine)
    shown = ("id", "title", "contexts", "action", "expires_at")
    yield ArchivePart("filters", "What you do not want to read.", records_of(filters, *shown))
    keywords = FilterKeyword.objects.filter(filter__account_id=account_id)
    yield ArchivePart(
        "filter_keywords", "The words of your filters.", records_of(keywords, "filter_id", "keyword", "whole_word")
    )
    named = FilterStatus.objects.filter(filter__account_id=account_id)
    yield ArchivePart("filter_statuses", "The statuses that they name.", records_of(named, "filter_id", "status_id"))
    reactions = AnnouncementReaction.objects.filter(**mine)
    yield ArchivePart(
        "announcement_reactions",
        "What you gave to announcements.",
        records_of(reactions, "announcement_id", "name", "at"),
    )
