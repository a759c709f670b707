"""The queue, and the page of one case."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from unfold.decorators import action

from common.problems import NotAllowed, Problem
from moderation.admin.forms import DecisionForm, UndoForm
from moderation.admin.read_only import ReadOnlyAdmin
from moderation.models import Case
from moderation.operations.decisions import decide, undo
from moderation.queries.cases import case_file, with_bot_score


def _day(moment: dt.datetime) -> str:
    # format_html turns what it is given into text before it formats.
    return f"{moment:%Y-%m-%d %H:%M}"


@admin.register(Case)
class CaseAdmin(ReadOnlyAdmin):
    """Ordered by bot likelihood, then by the number of reports; a case is decided and undone from its page."""

    list_display = ("id", "account", "state", "likelihood", "reports_count", "opened_at")
    list_filter = ("state",)
    list_select_related = ("account",)
    search_fields = ("account__username",)
    fields = ("account", "state", "opened_at", "reported", "statuses", "bot_likelihood", "decided")
    readonly_fields = fields
    actions_detail = ("decide_case", "undo_decision")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        return with_bot_score(Case.objects.all()).order_by(*self.get_ordering(request))

    def get_ordering(self, request: HttpRequest) -> Any:
        return ("-state", F("bot_score").desc(nulls_last=True), "-reports_count", "pk")

    def has_decide_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("moderation.decide_case")

    def has_undo_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("moderation.undo_decision")

    @admin.display(description="bot likelihood")
    def likelihood(self, case: Case) -> str:
        score = getattr(case, "bot_score", None)
        return "not scored" if score is None else f"{score:.0%}"

    @admin.display(description="reports")
    def reported(self, case: Case) -> str:
        rows = [(each.category, each.account, _day(each.at), each.comment) for each in case_file(case).reports]
        return format_html_join("", "<p><b>{}</b> by {} on {}: {}</p>", rows)

    @admin.display(description="reported statuses")
    def statuses(self, case: Case) -> str:
        rows = [
            (_day(each.created_at), each.visibility, " withheld" * each.withheld + " deleted" * each.deleted, each.text)
            for each in case_file(case).statuses
        ]
        return format_html_join("", "<p>{} {}{}<br>{}</p>", rows) or "none"

    @admin.display(description="bot likelihood")
    def bot_likelihood(self, case: Case) -> str:
        score = case_file(case).score
        if score is None:
            return "not scored"
        head = format_html("<p><b>{}</b> by {}, {}</p>", f"{score.score:.0%}", score.model_version, score.at)
        rows = [(each["sentence"], f"{each['contribution']:+.2f}") for each in score.reasons]
        return head + format_html_join("", "<p>{} ({} log-odds)</p>", rows)

    @admin.display(description="decision")
    def decided(self, case: Case) -> str:
        decision = case_file(case).decision
        if decision is None:
            return "none yet"
        undone = getattr(decision, "undo", None)
        told = format_html(
            "<p><b>{}</b> by {} on {}. {}: {}</p>",
            decision.get_effect_display(),
            decision.moderator,
            _day(decision.at),
            decision.rule,
            decision.facts,
        )
        return told + (format_html("<p>Undone on {}: {}</p>", _day(undone.at), undone.reason) if undone else "")

    @action(description="Decide", url_path="decide", permissions=["decide"])  # type: ignore[untyped-decorator]  # unfold publishes no types
    def decide_case(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Answers GET with the form, POST by the operation."""
        case = get_object_or_404(Case, pk=object_id)
        form = DecisionForm(request.POST or None, file=case_file(case))

        def act() -> None:
            decide(
                case_id=case.pk,
                moderator_id=int(request.user.pk or 0),
                effect=form.cleaned_data["effect"],
                status_ids=form.cleaned_data["status_ids"],
                statement=form.statement(),
            )

        return self._ask(request, case, form, act, title="Decide", done="The case is decided and its account told.")

    @action(description="Undo the decision", url_path="undo", permissions=["undo"])  # type: ignore[untyped-decorator]  # unfold publishes no types
    def undo_decision(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Answers GET with the form, POST by the operation."""
        case = get_object_or_404(Case, pk=object_id)
        decision = case_file(case).decision
        form = UndoForm(request.POST or None)

        def act() -> None:
            undo(
                decision_id=decision.pk if decision else 0,
                moderator_id=int(request.user.pk or 0),
                reason=form.cleaned_data["reason"],
            )

        return self._ask(request, case, form, act, title="Undo", done="The decision is undone and its account told.")

    def _ask(
        self, request: HttpRequest, case: Case, form: forms.Form, act: Callable[[], None], *, title: str, done: str
    ) -> HttpResponse:
        page = reverse("admin:moderation_case_change", args=[case.pk])
        if request.method == "POST" and form.is_valid():
            try:
                act()
            except NotAllowed as refusal:
                raise PermissionDenied(refusal.sentence) from refusal
            except Problem as problem:
                form.add_error(problem.field if problem.field in form.fields else None, problem.sentence)
            else:
                messages.success(request, done)
                return HttpResponseRedirect(page)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{title}: case {case.pk} on {case.account}",
            "form": form,
            "page": page,
            "opts": self.opts,
        }
        return TemplateResponse(request, "moderation/ask.html", context)
