"""Addresses of this app. Every one of Mastodon's also answers with a slash at its end."""

from django.urls import URLPattern, URLResolver, include, re_path

from feed.api import applications, instance, timelines
from feed.api.addresses import address

urlpatterns: list[URLPattern | URLResolver] = [
    re_path("", include("feed.api.image_urls")),
    re_path("", include("feed.api.account_urls")),
    re_path("", include("feed.api.instance_urls")),
    re_path("", include("feed.api.interaction_urls")),
    re_path("", include("feed.api.discovery_urls")),
    re_path("", include("feed.api.writing_urls")),
    re_path("", include("feed.api.notification_urls")),
    address("api/v1/apps", applications.AppsView),
    address("api/v1/apps/verify_credentials", applications.AppCredentialsView),
    address("api/v1/timelines/home", timelines.HomeView),
    address("api/v1/timelines/public", timelines.PublicTimelineView),
    address("api/v1/markers", timelines.MarkersView),
    address("api/v1/custom_emojis", timelines.EmptyPublicView),
]

# Last of all apps' addresses: Mastodon's clients expect JSON where there is nothing, below `api/v1_alpha` and at `api/oembed` too.
unknown: list[URLPattern] = [re_path(where, instance.UnknownView.as_view()) for where in ("^api/v", "^api/oembed")]
