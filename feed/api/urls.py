"""Addresses of this app. Every one of Mastodon's also answers with a slash at its end."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver, include, re_path

from feed.api import accounts, applications, endorsements, filters, instance, interactions, statuses, timelines

View = Callable[..., HttpResponseBase]


def address(pattern: str, view: Any) -> URLPattern:
    """A pattern where `:id` stands for a number."""
    expression = pattern.replace(":id", r"(?P<id>[0-9]{1,40})")
    made: URLPattern = re_path(rf"^{expression}/?$", view.as_view() if hasattr(view, "as_view") else view)
    return made


def by_method(**views: Any) -> View:
    """One address whose methods differ in who may call them."""
    made = {method.upper(): view.as_view() for method, view in views.items()}
    rest = next(iter(made.values()))

    def choose(request: HttpRequest, *arguments: Any, **options: Any) -> HttpResponseBase:
        response: HttpResponseBase = made.get(request.method or "", rest)(request, *arguments, **options)
        return response

    choose.csrf_exempt = True  # type: ignore[attr-defined]  # as every view of DRF's: tokens, no cookies
    return choose


urlpatterns: list[URLPattern | URLResolver] = [
    re_path("", include("feed.api.image_urls")),
    address(r"\.well-known/nodeinfo", instance.nodeinfo_links),
    address(r"nodeinfo/2\.0", instance.nodeinfo),
    address(r"\.well-known/host-meta", instance.host_meta),
    address("api/v1/instance", instance.InstanceView),
    address("api/v2/instance", instance.InstanceV2View),
    address("api/v1/apps", applications.AppsView),
    address("api/v1/apps/verify_credentials", applications.AppCredentialsView),
    address("api/v1/accounts", applications.SignUpView),
    address("api/v1/accounts/verify_credentials", accounts.OwnAccountView),
    address("api/v1/accounts/update_credentials", accounts.UpdateOwnAccountView),
    address("api/v1/accounts/lookup", accounts.LookupView),
    address("api/v1/accounts/relationships", accounts.RelationshipsView),
    address("api/v1/accounts/:id", accounts.AccountView),
    address("api/v1/accounts/:id/statuses", accounts.AccountStatusesView),
    address("api/v1/accounts/:id/followers", accounts.FollowersView),
    address("api/v1/accounts/:id/following", accounts.FollowingView),
    address("api/v1/accounts/:id/follow", accounts.FollowView),
    address("api/v1/accounts/:id/unfollow", accounts.UnfollowView),
    address("api/v1/accounts/:id/remove_from_followers", accounts.RemoveFollowerView),
    address("api/v1/follow_requests", accounts.FollowRequestsView),
    address("api/v1/follow_requests/:id/(?P<answer>authorize|reject)", accounts.AnswerFollowRequestView),
    address("api/v1/preferences", accounts.PreferencesView),
    address("api/v1/statuses", by_method(post=statuses.StatusesView, get=statuses.SeveralView)),
    address("api/v1/statuses/:id", by_method(get=statuses.StatusView, delete=statuses.OwnStatusView)),
    address("api/v1/statuses/:id/context", statuses.ContextView),
    address("api/v1/statuses/:id/(?P<act>favourite|unfavourite)", interactions.FavouriteView),
    address("api/v1/statuses/:id/(?P<act>bookmark|unbookmark)", interactions.BookmarkView),
    address("api/v1/statuses/:id/(?P<act>pin|unpin)", interactions.PinView),
    address("api/v1/statuses/:id/(?P<act>mute|unmute)", interactions.MuteThreadView),
    address("api/v1/statuses/:id/reblog", interactions.ReblogView),
    address("api/v1/statuses/:id/unreblog", interactions.UnreblogView),
    address("api/v1/statuses/:id/favourited_by", interactions.FavouritedByView),
    address("api/v1/statuses/:id/reblogged_by", interactions.RebloggedByView),
    address("api/v1/favourites", interactions.FavouritesView),
    address("api/v1/bookmarks", interactions.BookmarksView),
    address("api/v1/endorsements", endorsements.EndorsementsView),
    address("api/v1/accounts/:id/endorsements", endorsements.EndorsementsOfView),
    address("api/v1/accounts/:id/(?P<act>endorse|unendorse|pin|unpin)", endorsements.EndorseView),
    address("api/v1/timelines/home", timelines.HomeView),
    address("api/v1/timelines/public", timelines.PublicTimelineView),
    address("api/v1/notifications", timelines.NotificationsView),
    address("api/v1/notifications/:id", timelines.NotificationView),
    address("api/v1/markers", timelines.MarkersView),
    address("api/v2/search", timelines.SearchView),
    address("api/v1/custom_emojis", timelines.EmptyPublicView),
    address("api/v1/announcements", timelines.EmptyView),
    address("api/v1/lists", timelines.EmptyView),
    address("api/v1/followed_tags", timelines.EmptyView),
    address("api/v1/blocks", timelines.EmptyView),
    address("api/v1/mutes", timelines.EmptyView),
    address("api/v1/filters", filters.OldFiltersView),
    address("api/v1/filters/:id", filters.OldFilterView),
    address("api/v2/filters", filters.FiltersView),
    address("api/v2/filters/:id", filters.FilterView),
    address("api/v2/filters/:id/keywords", filters.KeywordsView),
    address("api/v2/filters/:id/statuses", filters.FilterStatusesView),
    address("api/v2/filters/keywords/:id", filters.KeywordView),
    address("api/v2/filters/statuses/:id", filters.FilterStatusView),
]

# Last of all apps' addresses: Mastodon's clients expect JSON where there is nothing.
unknown: list[URLPattern] = [re_path(r"^api/v[12]/", instance.UnknownView.as_view())]
