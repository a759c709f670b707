"""Addresses of this app."""

from django.urls import path, re_path

from moderation.api import decisions, reports

urlpatterns = [
    # Mastodon.py sends it with a slash at its end.
    re_path(r"^api/v1/reports/?$", reports.Reports.as_view()),
    path("api/humankind/v1/decisions", decisions.Decisions.as_view()),
    path("api/humankind/v1/decisions/<int:decision_id>", decisions.OneDecision.as_view()),
]
