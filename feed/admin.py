"""The operators' page for announcements. What is written there goes through an operation, which tells who listens."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from feed.models import Announcement
from feed.operations.announcements import delete_announcement, save_announcement


@admin.register(Announcement)
class AnnouncementAdmin(ModelAdmin):  # type: ignore[misc]  # unfold publishes no types
    """Shown from `published at` on; without it an announcement is a draft."""

    list_display = ("__str__", "published_at", "starts_at", "ends_at")
    fields = ("text", "published_at", "starts_at", "ends_at", "all_day")

    def save_model(self, request: HttpRequest, obj: Announcement, form: Any, change: bool) -> None:
        save_announcement(obj)

    def delete_model(self, request: HttpRequest, obj: Announcement) -> None:
        delete_announcement(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Announcement]) -> None:
        for row in queryset:
            delete_announcement(row)
