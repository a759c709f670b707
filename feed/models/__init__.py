"""Rows of the social network."""

from feed.models.announcements import Announcement, AnnouncementReaction, AnnouncementRead
from feed.models.cards import PreviewCard
from feed.models.conversations import Conversation
from feed.models.edits import ScheduledStatus, StatusEdit
from feed.models.filters import Filter, FilterKeyword, FilterStatus
from feed.models.image import Generation, MediaAttachment
from feed.models.interactions import Bookmark, Favourite, Pin, ThreadMute
from feed.models.lists import List, ListMember
from feed.models.notice import Notice, NotificationPermission, NotificationPolicy, PushSubscription
from feed.models.polls import Poll, PollVote
from feed.models.profile import Follow, Marker, Profile
from feed.models.relationships import AccountNote, Block, Endorsement, Mute, SuggestionDismissal
from feed.models.status import Mention, Status
from feed.models.tags import FeaturedTag, StatusTag, TagFollow
from feed.models.training import TrainingHold
from feed.models.trends import Tag, Trend

__all__ = [
    "AccountNote",
    "Announcement",
    "AnnouncementReaction",
    "AnnouncementRead",
    "Block",
    "Bookmark",
    "Conversation",
    "Endorsement",
    "Favourite",
    "FeaturedTag",
    "Filter",
    "FilterKeyword",
    "FilterStatus",
    "Follow",
    "Generation",
    "List",
    "ListMember",
    "Marker",
    "MediaAttachment",
    "Mention",
    "Mute",
    "Notice",
    "NotificationPermission",
    "NotificationPolicy",
    "Pin",
    "Poll",
    "PollVote",
    "PreviewCard",
    "Profile",
    "PushSubscription",
    "ScheduledStatus",
    "Status",
    "StatusEdit",
    "StatusTag",
    "SuggestionDismissal",
    "Tag",
    "TagFollow",
    "ThreadMute",
    "TrainingHold",
    "Trend",
]
