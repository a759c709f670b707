"""What the console's pages have in common."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin

from common.problems import NotAllowed, Problem


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc]  # unfold publishes no types
    """What happens to a row happens by an operation; the console offers no other way."""

    actions = None
    show_full_result_count = False
    list_per_page = 50
    change_form_template = "exports/change_form.html"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def may(self, request: HttpRequest, permission: str) -> bool:
        """Whether `exports.<permission>` is held, so that a button is shown; the operation asks again."""
        return bool(request.user.has_perm(f"exports.{permission}"))

    def ask(
        self,
        request: HttpRequest,
        form: forms.Form,
        act: Callable[[], str | Mapping[str, str]],
        *,
        title: str,
        button: str,
        page: str,
        warning: str = "",
    ) -> HttpResponse:
        """Answers GET with the form and POST with what `act` did.

        `act` gives the sentence that says so, shown on `page`; or what is shown here and only once (such as a secret), by
        its name. A Problem becomes an error of the form.
        """
        if request.method == "POST" and form.is_valid():
            try:
                done = act()
            except NotAllowed as refusal:
                raise PermissionDenied(refusal.sentence) from refusal
            except Problem as problem:
                form.add_error(problem.field if problem.field in form.fields else None, problem.sentence)
            else:
                if isinstance(done, str):
                    messages.success(request, done)
                    return HttpResponseRedirect(page)
                # The admin says "no-store" with every page, so a secret lies in no cache.
                return TemplateResponse(
                    request, "exports/shown_once.html", self._context(request, title, page, once=done)
                )
        context = self._context(request, title, page, form=form, button=button, warning=warning)
        return TemplateResponse(request, "exports/ask.html", context)

    def _context(self, request: HttpRequest, title: str, page: str, **more: Any) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "title": title, "page": page, "opts": self.opts, **more}


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: nothing at GET, and at POST whatever came, an empty form too."""
    return request.POST if request.method == "POST" else None
