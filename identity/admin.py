"""Enrolments, credentials and reviews in the console: to be looked at, never changed, and without anything biometric."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from identity.models import Credential, Enrolment, HeldCaptureView, ReviewCase, ReviewDecision


class ReadOnly(ModelAdmin):  # type: ignore[misc]  # django-unfold publishes no types
    def has_add_permission(self, request: HttpRequest, *arguments: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, *arguments: Any) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, *arguments: Any) -> bool:
        return False


@admin.register(Enrolment)
class EnrolmentAdmin(ReadOnly):
    list_display = ("id", "account", "state", "opened_at", "decided_at")
    list_filter = ("state",)
    search_fields = ("account__username",)
    # Neither the nonce nor the key of the frames.
    fields = ("account", "state", "challenge", "reasons", "evidence", "opened_at", "submitted_at", "decided_at")


@admin.register(Credential)
class CredentialAdmin(ReadOnly):
    list_display = ("id", "account", "kind", "level", "issued_at", "expires_at", "ended_at")
    list_filter = ("kind", "level")
    search_fields = ("account__username",)
    fields = ("account", "kind", "level", "method", "issued_at", "expires_at", "ended_at", "end_reason")


@admin.register(ReviewCase)
class ReviewCaseAdmin(ReadOnly):
    list_display = ("number", "account", "kind", "state", "deadline", "outcome")
    list_filter = ("state", "kind")
    search_fields = ("number", "account__username")
    # Neither who is near nor what was said to the reviewer alone.
    fields = (
        "number",
        "account",
        "kind",
        "state",
        "captures",
        "deadline",
        "opened_at",
        "decided_at",
        "outcome",
        "reasons",
    )


@admin.register(ReviewDecision)
class ReviewDecisionAdmin(ReadOnly):
    list_display = ("case", "reviewer", "outcome", "at")
    list_filter = ("outcome",)
    search_fields = ("case__number", "reviewer__username")
    fields = ("case", "reviewer", "outcome", "reasons", "at")


@admin.register(HeldCaptureView)
class HeldCaptureViewAdmin(ReadOnly):
    list_display = ("case", "reviewer", "frame", "at")
    search_fields = ("case__number", "reviewer__username")
    fields = ("case", "reviewer", "frame", "at")
