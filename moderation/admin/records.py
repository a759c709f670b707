"""The records: reports, decisions, undos, scores. To read only."""

from django.contrib import admin

from moderation.admin.read_only import ReadOnlyAdmin
from moderation.models import BotScore, Decision, Report, Undo


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    list_display = ("id", "target", "account", "category", "at")
    list_filter = ("category",)
    list_select_related = ("target", "account")


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ("id", "account", "effect", "ground", "category", "moderator", "end_date", "at")
    list_filter = ("effect", "ground", "category")
    list_select_related = ("account", "moderator")


@admin.register(Undo)
class UndoAdmin(ReadOnlyAdmin):
    list_display = ("id", "decision", "moderator", "reason", "at")
    list_select_related = ("decision", "moderator")


@admin.register(BotScore)
class BotScoreAdmin(ReadOnlyAdmin):
    list_display = ("id", "account", "score", "model_version", "at")
    list_select_related = ("account",)
