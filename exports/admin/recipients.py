"""Recipients: who receives training data, on which terms, within which limits, and what they fetched."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from unfold.decorators import action, display

from exports.admin import figures, words
from exports.admin.forms import ConfirmForm, LimitsForm, RecipientForm, RotationForm
from exports.admin.pages import ReadOnlyAdmin, posted
from exports.models import Recipient
from exports.operations.recipient_keys import (
    limit_recipient,
    resume_recipient,
    revoke_key,
    rotate_key,
    suspend_recipient,
)
from exports.operations.recipients import register_recipient
from exports.queries.console import holdings_of, use_by, with_last_download

LIST = "admin:exports_recipient_changelist"


@admin.register(Recipient)
class RecipientAdmin(ReadOnlyAdmin):
    list_display = ("name", "state", "region", "terms", "datasets_open", "seen", "limits")
    list_filter = ("active", "region")
    search_fields = ("name", "contact")
    ordering = ("name",)
    fields = ("contact", "state", "region", "terms", "terms_text_sha256", "limits", "seen", "pseudonym_key_id", "at")
    readonly_fields = fields
    actions_list = ("register",)
    actions_detail = ("new_key", "limit", "suspend", "resume", "revoke")
    change_form_outer_before_template = "exports/recipient.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Recipient]:
        return with_last_download(super().get_queryset(request))

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        """Of suspending and resuming the one that there is something to do for; keys are revoked from their own rows."""
        suspended = Recipient.objects.filter(pk=object_id, suspended_at__isnull=False).exists()
        hidden = {"revoke", "suspend" if suspended else "resume"}
        return [each for each in super().get_actions_detail(request, object_id) if each.path not in hidden]

    def has_change_recipient_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.may(request, "change_recipient")

    def has_register_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.may(request, "add_recipient")

    @display(description="state", label={"active": "success", "suspended": "danger", "ended": "warning"})  # type: ignore[untyped-decorator]  # unfold publishes no types
    def state(self, recipient: Recipient) -> str:
        if not recipient.active:
            return "ended"
        return "suspended" if recipient.suspended_at else "active"

    @admin.display(description="terms accepted")
    def terms(self, recipient: Recipient) -> str:
        return f"version {recipient.terms_version}, {words.moment(recipient.terms_accepted_at)}"

    @admin.display(description="datasets")
    def datasets_open(self, recipient: Recipient) -> str:
        return str(getattr(recipient, "open_datasets", 0))

    @admin.display(description="last seen", ordering="last_seen")
    def seen(self, recipient: Recipient) -> str:
        return words.moment(getattr(recipient, "last_seen", None))

    @admin.display(description="limits")
    def limits(self, recipient: Recipient) -> str:
        return f"{recipient.requests_per_minute} requests a minute, {words.size(recipient.bytes_per_day)} a day"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        recipient = self.get_object(request, object_id)
        shown = {}
        if recipient is not None and self.has_view_permission(request, recipient):
            shown = figures.of_recipient(recipient, use_by(recipient.pk), holdings_of(recipient.pk))
            shown |= {"title": recipient.name, "may_revoke": self.may(request, "change_recipient")}
        answer: HttpResponse = super().change_view(request, object_id, form_url, {**(extra_context or {}), **shown})
        return answer

    @action(description="Register a recipient", url_path="register", permissions=["register"])  # type: ignore[untyped-decorator]  # unfold publishes no types
    def register(self, request: HttpRequest) -> HttpResponse:
        """Answers GET with the form, POST by the operation and with the secret, this once."""
        form = RecipientForm(posted(request))

        def act() -> Mapping[str, str]:
            given = form.cleaned_data
            made = register_recipient(
                operator_id=int(request.user.pk or 0),
                name=given["name"],
                contact=given["contact"],
                terms_version=given["terms_version"],
                region=given["region"],
            )
            return {"Client id": made.client_id, "Client secret": made.client_secret}

        return self.ask(request, form, act, title="Register a recipient", button="Register", page=reverse(LIST))

    @action(description="New key", url_path="new-key", permissions=["change_recipient"])  # type: ignore[untyped-decorator]  # unfold publishes no types
    def new_key(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Answers GET with the form, POST by the operation and with the secret, this once."""
        recipient = get_object_or_404(Recipient, pk=object_id)
        form = RotationForm(posted(request), initial={"grace_days": 7})

        def act() -> Mapping[str, str]:
            grace = dt.timedelta(days=form.cleaned_data["grace_days"])
            made = rotate_key(operator_id=int(request.user.pk or 0), recipient_id=recipient.pk, grace=grace)
            return {"Client id": made.client_id, "Client secret": made.client_secret}

        return self.ask(
            request, form, act, title=f"A new key for {recipient}", button="Make a key", page=_page(recipient)
        )

    @action(description="Revoke a key", url_path="revoke", permissions=["change_recipient"])  # type: ignore[untyped-decorator]  # unfold publishes no types
    def revoke(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The key stands in the address (`?key=`), as its row's button wrote it."""
        recipient = get_object_or_404(Recipient, pk=object_id)
        key = get_object_or_404(recipient.keys, oauth_client_id=request.GET.get("key", "").replace("\0", "")[:100])

        def act() -> str:
            revoke_key(operator_id=int(request.user.pk or 0), key_id=key.pk)
            return f"The key {key.oauth_client_id} opens nothing any more."

        title, warning = f"Revoke {key.oauth_client_id}", f"Programs of {recipient} that use it are refused at once."
        form = ConfirmForm(posted(request))
        return self.ask(request, form, act, title=title, button="Revoke", page=_page(recipient), warning=warning)

    @action(description="Limits", url_path="limits", permissions=["change_recipient"])  # type: ignore[untyped-decorator]  # unfold publishes no types
    def limit(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Answers GET with the form, POST by the operation."""
        recipient = get_object_or_404(Recipient, pk=object_id)
        form = LimitsForm(posted(request), initial=vars(recipient))

        def act() -> str:
            limit_recipient(operator_id=int(request.user.pk or 0), recipient_id=recipient.pk, **form.cleaned_data)
            return "The limits hold from now on."

        return self.ask(request, form, act, title=f"Limits of {recipient}", button="Set", page=_page(recipient))

    @action(description="Suspend", url_path="suspend", permissions=["change_recipient"])  # type: ignore[untyped-decorator]  # unfold publishes no types
    def suspend(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Answers GET with the question, POST by the operation."""
        recipient = get_object_or_404(Recipient, pk=object_id)

        def act() -> str:
            suspend_recipient(operator_id=int(request.user.pk or 0), recipient_id=recipient.pk)
            return f"{recipient} is given nothing any more."

        warning = (
            "Its tokens and signed addresses are worth nothing at once, and its datasets wait until it is resumed."
        )
        title, form = f"Suspend {recipient}", ConfirmForm(posted(request))
        return self.ask(request, form, act, title=title, button="Suspend", page=_page(recipient), warning=warning)

    @action(description="Resume", url_path="resume", permissions=["change_recipient"])  # type: ignore[untyped-decorator]  # unfold publishes no types
    def resume(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Answers GET with the question, POST by the operation."""
        recipient = get_object_or_404(Recipient, pk=object_id)

        def act() -> str:
            resume_recipient(operator_id=int(request.user.pk or 0), recipient_id=recipient.pk)
            return f"{recipient} is served again."

        form = ConfirmForm(posted(request))
        return self.ask(request, form, act, title=f"Resume {recipient}", button="Resume", page=_page(recipient))


def _page(recipient: Recipient) -> str:
    return reverse("admin:exports_recipient_change", args=[recipient.pk])
