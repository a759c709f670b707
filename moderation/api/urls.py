"""Addresses of this app."""

from django.urls import path, re_path

from moderation.api import decisions, reports
from moderation.api.mastodon_admin import views as admin

ID = "(?P<id>[0-9]{1,40})"

urlpatterns = [
    # Mastodon.py sends it with a slash at its end.
    re_path(r"^api/v1/reports/?$", reports.Reports.as_view()),
    re_path(r"^api/v[12]/admin/accounts/?$", admin.AccountsView.as_view()),
    re_path(rf"^api/v1/admin/accounts/{ID}/?$", admin.AccountView.as_view()),
    re_path(rf"^api/v1/admin/accounts/{ID}/action/?$", admin.ActionView.as_view()),
    re_path(rf"^api/v1/admin/accounts/{ID}/(?P<lift>unsilence|unsuspend)/?$", admin.LiftView.as_view()),
    re_path(r"^api/v1/admin/reports/?$", admin.ReportsView.as_view()),
    re_path(rf"^api/v1/admin/reports/{ID}/?$", admin.ReportView.as_view()),
    path("api/humankind/v1/decisions", decisions.Decisions.as_view()),
    path("api/humankind/v1/decisions/<int:decision_id>", decisions.OneDecision.as_view()),
]
