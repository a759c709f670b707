"""The records: downloads, acknowledgements, published statistics. To read only; the last with its budget."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from exports.admin import words
from exports.admin.pages import ReadOnlyAdmin
from exports.models import Acknowledgement, Download, PublishedStatistic
from exports.queries.published import budget


@admin.register(Download)
class DownloadAdmin(ReadOnlyAdmin):
    list_display = ("at", "recipient", "release", "path", "sent", "status")
    list_filter = ("recipient", "status")
    list_select_related = ("recipient", "release__dataset__recipient")
    ordering = ("-id",)
    fields = ("at", "recipient", "release", "path", "bytes", "status")

    @admin.display(description="sent", ordering="bytes")
    def sent(self, download: Download) -> str:
        return words.size(download.bytes)


@admin.register(Acknowledgement)
class AcknowledgementAdmin(ReadOnlyAdmin):
    list_display = ("at", "release", "manifest_sha256")
    list_select_related = ("release__dataset__recipient",)
    ordering = ("-id",)


@admin.register(PublishedStatistic)
class PublishedStatisticAdmin(ReadOnlyAdmin):
    list_display = ("name", "period", "epsilon", "sensitivity", "scale", "mechanism", "at")
    list_filter = ("name",)
    ordering = ("-period", "name")
    list_before_template = "exports/budget.html"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        now = budget()
        share = min(100.0, float(100 * now.spent / now.per_year)) if now.per_year else 100.0
        shown = {"budget": now, "share": round(share, 1)}
        answer: HttpResponse = super().changelist_view(request, {**(extra_context or {}), **shown})
        return answer
