"""Addresses by which people find and sort what they read: lists, hashtags, filters, search, trends, conversations."""

from django.urls import URLPattern, URLResolver

from feed.api import announcements, conversations, filters, lists, search, tags, topics, trends
from feed.api.addresses import address

NAME = "(?P<name>[^/]{1,400})"

urlpatterns: list[URLPattern | URLResolver] = [
    address("api/v1/lists", lists.ListsView),
    address("api/v1/lists/:id", lists.ListView),
    address("api/v1/lists/:id/accounts", lists.ListAccountsView),
    address("api/v1/accounts/:id/lists", lists.AccountListsView),
    address("api/v1/timelines/list/:id", lists.ListTimelineView),
    address(f"api/v1/timelines/tag/{NAME}", topics.TagTimelineView),
    address("api/v1/timelines/link", topics.LinkTimelineView),
    address(f"api/v1/tags/{NAME}", tags.TagView),
    address(f"api/v1/tags/{NAME}/follow", tags.FollowTagView),
    address(f"api/v1/tags/{NAME}/unfollow", tags.UnfollowTagView),
    address(f"api/v1/tags/{NAME}/feature", tags.FeatureTagView),
    address(f"api/v1/tags/{NAME}/unfeature", tags.UnfeatureTagView),
    address("api/v1/followed_tags", tags.FollowedTagsView),
    address("api/v1/featured_tags", tags.FeaturedTagsView),
    address("api/v1/featured_tags/:id", tags.FeaturedTagView),
    address("api/v1/featured_tags/suggestions", tags.SuggestedTagsView),
    address("api/v1/accounts/:id/featured_tags", tags.AccountFeaturedTagsView),
    address("api/v1/search", search.OldSearchView),
    address("api/v2/search", search.SearchView),
    address("api/v1/trends(?:/tags)?", trends.TrendingTagsView),
    address("api/v1/trends/statuses", trends.TrendingStatusesView),
    address("api/v1/trends/links", trends.TrendingLinksView),
    address("api/v1/announcements", announcements.AnnouncementsView),
    address("api/v1/announcements/:id/dismiss", announcements.DismissAnnouncementView),
    address(f"api/v1/announcements/:id/reactions/{NAME}", announcements.ReactionView),
    address("api/v1/conversations", conversations.ConversationsView),
    address("api/v1/conversations/:id", conversations.ConversationView),
    address("api/v1/conversations/:id/(?P<state>read|unread)", conversations.MarkConversationView),
    address("api/v1/filters", filters.OldFiltersView),
    address("api/v1/filters/:id", filters.OldFilterView),
    address("api/v2/filters", filters.FiltersView),
    address("api/v2/filters/:id", filters.FilterView),
    address("api/v2/filters/:id/keywords", filters.KeywordsView),
    address("api/v2/filters/:id/statuses", filters.FilterStatusesView),
    address("api/v2/filters/keywords/:id", filters.KeywordView),
    address("api/v2/filters/statuses/:id", filters.FilterStatusView),
]
