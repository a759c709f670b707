"""Every address, by the app that answers it."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from config import health
from feed.api.urls import unknown

urlpatterns = [
    # Nobody lives here: clients bring their own pages, and whoever looks in is shown what can be asked.
    path("", RedirectView.as_view(pattern_name="docs"), name="home"),
    path("healthz", health.alive),
    # Where Mastodon's clients look.
    path("health", health.alive_in_a_word),
    path("readyz", health.ready),
    path("admin/", admin.site.urls),
    path("accounts/", include("identity.api.account_pages")),
    path("api/humankind/v1/schema", SpectacularAPIView.as_view(), name="schema"),
    path("api/humankind/v1/docs", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path("", include("identity.api.oauth_urls")),
    path("", include("identity.api.urls")),
    path("", include("feed.api.urls")),
    path("", include("moderation.api.urls")),
    path("", include("exports.api.urls")),
    path("", include((unknown, "unknown"))),
]
