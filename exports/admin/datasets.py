"""Datasets: the list with the rates of consent, and the page of one with its funnel and its history."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from unfold.decorators import action, display

from exports.admin import figures, words
from exports.admin.forms import ConfirmForm, DatasetForm, ReasonForm
from exports.admin.pages import ReadOnlyAdmin, posted
from exports.models import Dataset
from exports.operations.datasets import close_dataset
from exports.operations.recipients import create_dataset
from exports.operations.releases import request_release
from exports.queries.consent_rates import consent_rates
from exports.queries.console import history_of, with_newest_release

LIST = "admin:exports_dataset_changelist"


@admin.register(Dataset)
class DatasetAdmin(ReadOnlyAdmin):
    list_display = ("name", "recipient", "purpose", "state", "takes", "newest", "next_look")
    list_filter = ("purpose", "active")
    list_select_related = ("recipient",)
    search_fields = ("name", "recipient__name")
    ordering = ("-active", "recipient__name", "name")
    fields = ("recipient", "purpose", "takes", "schema_version", "state", "next_look", "at")
    readonly_fields = fields
    actions_list = ("create",)
    actions_detail = ("build_now", "close")
    list_before_template = "exports/consent_rates.html"
    change_form_outer_before_template = "exports/dataset.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Dataset]:
        return with_newest_release(super().get_queryset(request))

    def has_create_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.may(request, "add_dataset")

    def has_build_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.may(request, "add_release")

    def has_close_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.may(request, "change_dataset")

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        """A closed dataset has no buttons."""
        if not Dataset.objects.filter(pk=object_id, active=True).exists():
            return []
        return list(super().get_actions_detail(request, object_id))

    @display(
        description="state", label={"active": "success", "building": "info", "closed": "danger", "paused": "warning"}
    )  # type: ignore[untyped-decorator]  # unfold publishes no types
    def state(self, dataset: Dataset) -> str:
        if dataset.closed_at:
            return "closed"
        if not dataset.active or not dataset.recipient.active or dataset.recipient.suspended_at:
            return "paused"
        return "building" if getattr(dataset, "building_since", None) else "active"

    @admin.display(description="takes")
    def takes(self, dataset: Dataset) -> str:
        return words.filter_in_words(dataset.filter)

    @admin.display(description="last release")
    def newest(self, dataset: Dataset) -> str:
        number = getattr(dataset, "newest_number", None)
        if number is None:
            return "none yet"
        records = words.number(getattr(dataset, "newest_records", 0))
        return f"{number}: {records} records, {words.moment(getattr(dataset, 'newest_published', None))}"

    @admin.display(description="next")
    def next_look(self, dataset: Dataset) -> str:
        if self.state(dataset) in {"closed", "paused"}:
            return "none"
        if since := getattr(dataset, "building_since", None):
            return f"being built since {words.moment(since)}"
        every = settings.CELERY_BEAT_SCHEDULE["sweep-releases"]["schedule"]
        return f"when something changed; looked for every {int(every.total_seconds() // 60)} min"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        shown = {"consent": figures.consent(consent_rates())}
        answer: HttpResponse = super().changelist_view(request, {**(extra_context or {}), **shown})
        return answer

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        dataset = self.get_object(request, object_id)
        shown = {}
        if dataset is not None and self.has_view_permission(request, dataset):
            shown = figures.of_dataset(history_of(dataset.pk), consent_rates().of(dataset.purpose))
            shown["title"] = f"{dataset.name} for {dataset.recipient}"
        answer: HttpResponse = super().change_view(request, object_id, form_url, {**(extra_context or {}), **shown})
        return answer

    @action(description="New dataset", url_path="create", permissions=["create"])  # type: ignore[untyped-decorator]  # unfold publishes no types
    def create(self, request: HttpRequest) -> HttpResponse:
        """Answers GET with the form, POST by the operation."""
        form = DatasetForm(posted(request))

        def act() -> str:
            given = form.cleaned_data
            made = create_dataset(
                operator_id=int(request.user.pk or 0),
                recipient_id=given["recipient_id"],
                purpose=given["purpose"],
                name=given["name"],
                filter=form.filter(),
            )
            return f"The dataset {made.name} is there; its first release follows."

        return self.ask(request, form, act, title="New dataset", button="Create", page=reverse(LIST))

    @action(description="Build now", url_path="build", permissions=["build"])  # type: ignore[untyped-decorator]  # unfold publishes no types
    def build_now(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Answers GET with the question, POST by the operation."""
        dataset = get_object_or_404(Dataset, pk=object_id)

        def act() -> str:
            request_release(operator_id=int(request.user.pk or 0), dataset_id=dataset.pk)
            return "A worker looks now; a release comes if anything has changed."

        title = f"Build a release of {dataset.name} now"
        return self.ask(
            request, ConfirmForm(posted(request)), act, title=title, button="Build now", page=_page(dataset)
        )

    @action(description="Close the dataset", url_path="close", permissions=["close"])  # type: ignore[untyped-decorator]  # unfold publishes no types
    def close(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Answers GET with the question, POST by the operation."""
        dataset = get_object_or_404(Dataset, pk=object_id)
        form = ReasonForm(posted(request))

        def act() -> str:
            reason = form.cleaned_data["reason"]
            close_dataset(operator_id=int(request.user.pk or 0), dataset_id=dataset.pk, reason=reason)
            return "The dataset and all its releases are closed."

        warning = (
            "It is not refreshed again and none of its releases is given out. Their data is deleted after"
            f" {settings.RELEASE_GRACE.days} days. This cannot be undone."
        )
        title = f"Close the dataset {dataset.name}"
        return self.ask(
            request, form, act, title=title, button="Close the dataset", page=_page(dataset), warning=warning
        )


def _page(dataset: Dataset) -> str:
    return reverse("admin:exports_dataset_change", args=[dataset.pk])
