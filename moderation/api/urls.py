"""Addresses of this app."""

from django.urls import path

from moderation.api import decisions, reports

urlpatterns = [
    path("api/v1/reports", reports.Reports.as_view()),
    path("api/humankind/v1/decisions", decisions.Decisions.as_view()),
    path("api/humankind/v1/decisions/<int:decision_id>", decisions.OneDecision.as_view()),
]
