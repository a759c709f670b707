"""Releases: the list, and the page of one, from which it is closed."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from unfold.decorators import action, display

from exports.admin import figures, words
from exports.admin.forms import ReasonForm
from exports.admin.pages import ReadOnlyAdmin, posted
from exports.models import Acknowledgement, Release
from exports.operations.releases import close_release
from exports.queries.console import use_of

COLOURS = {"published": "success", "building": "info", "closed": "danger"}


@admin.register(Release)
class ReleaseAdmin(ReadOnlyAdmin):
    list_display = (
        "release",
        "recipient",
        "shown_state",
        "records",
        "added",
        "changed",
        "retracted",
        "bytes",
        "published",
    )
    list_filter = ("state", "dataset__purpose")
    list_select_related = ("dataset__recipient",)
    search_fields = ("dataset__name", "dataset__recipient__name")
    ordering = ("-id",)
    fields = (
        "dataset",
        "shown_state",
        "published",
        "closed",
        "acknowledged",
        "parent",
        "schema_version",
        "manifest_sha256",
    )
    readonly_fields = fields
    actions_detail = ("close",)
    change_form_outer_before_template = "exports/release.html"

    def has_close_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.may(request, "change_release")

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        """Only what is given out has a button to close it."""
        if not Release.objects.filter(pk=object_id, state=Release.State.PUBLISHED).exists():
            return []
        return list(super().get_actions_detail(request, object_id))

    @admin.display(description="release", ordering="number")
    def release(self, release: Release) -> str:
        return f"{release.dataset.name} {release.number}"

    @admin.display(description="recipient", ordering="dataset__recipient__name")
    def recipient(self, release: Release) -> str:
        return release.dataset.recipient.name

    @display(description="state", ordering="state", label=COLOURS)  # type: ignore[untyped-decorator]  # unfold publishes no types
    def shown_state(self, release: Release) -> str:
        return str(release.state)

    @admin.display(description="size", ordering="size")
    def bytes(self, release: Release) -> str:
        return words.size(release.size)

    @admin.display(description="published", ordering="published_at")
    def published(self, release: Release) -> str:
        return words.moment(release.published_at) if release.published_at else "not yet"

    @admin.display(description="closed")
    def closed(self, release: Release) -> str:
        if release.closed_at is None:
            return "no"
        gone = f"; its data was deleted {words.moment(release.files_deleted_at)}" if release.files_deleted_at else ""
        return f"{words.moment(release.closed_at)}: {release.close_reason}{gone}"

    @admin.display(description="acknowledged by the recipient")
    def acknowledged(self, release: Release) -> str:
        found = Acknowledgement.objects.filter(release=release).first()
        return words.moment(found.at) if found else "not yet"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        release = self.get_object(request, object_id)
        shown = {}
        if release is not None and self.has_view_permission(request, release):
            shown = figures.of_release(release, use_of(release.pk))
            shown["title"] = f"Release {release.number} of {release.dataset.name} for {release.dataset.recipient}"
        answer: HttpResponse = super().change_view(request, object_id, form_url, {**(extra_context or {}), **shown})
        return answer

    @action(description="Close this release", url_path="close", permissions=["close"])  # type: ignore[untyped-decorator]  # unfold publishes no types
    def close(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Answers GET with the question, POST by the operation; of a closed release nothing changes."""
        release = get_object_or_404(Release.objects.select_related("dataset"), pk=object_id)
        form = ReasonForm(posted(request))

        def act() -> str:
            reason = form.cleaned_data["reason"]
            closed = close_release(operator_id=int(request.user.pk or 0), release_id=release.pk, reason=reason)
            return f"Release {closed.number} is closed: {closed.close_reason}"

        return self.ask(
            request,
            form,
            act,
            title=f"Close release {release.number} of {release.dataset.name}",
            button="Close the release",
            page=reverse("admin:exports_release_change", args=[release.pk]),
            warning="Nobody is given it from then on (410 Gone, with the reason). Its data is deleted after"
            f" {settings.RELEASE_GRACE.days} days. This cannot be undone; the next release follows without it.",
        )
