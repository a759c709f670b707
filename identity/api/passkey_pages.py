"""Passkeys on our own pages: sign in, and for whoever is signed in, add, name and remove them."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.forms import LoginForm
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from rest_framework.exceptions import ValidationError

from common.problems import Problem
from common.views import address_of
from identity.api.passkey_serializers import NewCredentialSerializer, ProofSerializer, UsedCredentialSerializer
from identity.models import Account
from identity.operations import passkeys
from identity.operations.passkeys.ownership import OWNERSHIP
from identity.queries.passkeys import has_password, passkeys_of

PLACE = "/account/passkeys"
BACKEND = "django.contrib.auth.backends.ModelBackend"
LONGEST_CREDENTIAL = 64 * 1024
NOT_UNDERSTOOD = "Your browser's answer could not be read: try again."
DONE = {"added": "The passkey was added.", "renamed": "The passkey was renamed.", "removed": "The passkey was removed."}

Page = Callable[..., HttpResponse]


def signed_in(page: Page) -> Page:
    """Send whoever is not signed in to the login page, and back here."""

    @wraps(page)
    def checked(request: HttpRequest, *arguments: Any, **options: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect(f"/oauth/login?{urlencode({'next': PLACE})}")
        return page(request, *arguments, **options)

    return checked


@never_cache
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """The login page's other form: the session of whosever passkey signed."""
    try:
        used = passkeys.complete_sign_in(
            response=_credential(request, UsedCredentialSerializer), address=address_of(request)
        )
    except Problem as problem:
        context = {"form": LoginForm(), "passkey_problem": problem.sentence}
        return render(request, "oauth/login.html", context, status=problem.status)
    login(request, used.account, backend=BACKEND)
    wanted = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return redirect(wanted if safe else PLACE)


@never_cache
@require_http_methods(["GET", "POST"])
@signed_in
def own(request: HttpRequest) -> HttpResponse:
    """See them; and with POST, add the one that the browser has made."""
    if request.method == "GET":
        return _page(request)

    def add() -> None:
        response = _credential(request, NewCredentialSerializer)
        passkeys.complete_registration(
            account_id=_account(request), response=response, name=request.POST.get("name", "")
        )

    return _done(request, add, "added")


@require_POST
@signed_in
def rename(request: HttpRequest, passkey_id: int) -> HttpResponse:
    """Give one another name."""
    name = request.POST.get("name", "")
    return _done(
        request,
        lambda: passkeys.rename_passkey(passkey_id=passkey_id, account_id=_account(request), name=name),
        "renamed",
    )


@require_POST
@signed_in
def remove(request: HttpRequest, passkey_id: int) -> HttpResponse:
    """Remove one; the last one with its confirmation and the password."""
    proof = passkeys.Proof(password=request.POST.get("password", "")[:256])
    confirm = request.POST.get("confirm") == "true"
    return _done(
        request,
        lambda: passkeys.revoke_passkey(
            passkey_id=passkey_id, account_id=_account(request), confirm=confirm, proof=proof
        ),
        "removed",
    )


@never_cache
@require_POST
@signed_in
def begin(request: HttpRequest) -> HttpResponse:
    """What the browser makes a passkey from, for proof that the account is the person's."""

    def options() -> dict[str, Any]:
        given = ProofSerializer(data=_json(request.body.decode(errors="replace")))
        given.is_valid(raise_exception=True)
        return passkeys.begin_registration(account_id=_account(request), proof=given.proof())

    return _answered(options)


@never_cache
@require_POST
@signed_in
def ownership(request: HttpRequest) -> HttpResponse:
    """What the browser signs as that proof."""
    return _answered(lambda: passkeys.begin_assertion(account_id=_account(request), reason=OWNERSHIP))


def _account(request: HttpRequest) -> int:
    return int(request.user.pk or 0)


def _page(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    context = {
        "passkeys": passkeys_of(_account(request)),
        "has_password": has_password(Account.objects.get(pk=_account(request))),
        "problem": problem,
        "done": DONE.get(request.GET.get("done", "")),
    }
    return render(request, "account/passkeys.html", context, status=status)


def _done(request: HttpRequest, act: Callable[[], object], what: str) -> HttpResponse:
    try:
        act()
    except Problem as problem:
        return _page(request, problem=problem.sentence, status=problem.status)
    return redirect(f"{PLACE}?{urlencode({'done': what})}")


def _answered(act: Callable[[], dict[str, Any]]) -> HttpResponse:
    try:
        return JsonResponse(act())
    except Problem as problem:
        return JsonResponse({"detail": problem.sentence, "code": problem.code}, status=problem.status)
    except ValidationError:
        return JsonResponse({"detail": NOT_UNDERSTOOD, "code": "invalid"}, status=422)


def _credential(request: HttpRequest, shape: type[NewCredentialSerializer | UsedCredentialSerializer]) -> Any:
    given = shape(data=_json(request.POST.get("credential", "")))
    if not given.is_valid():
        raise Problem(NOT_UNDERSTOOD, field="credential")
    return given.validated_data


def _json(text: str) -> Any:
    try:
        return json.loads(text) if len(text) <= LONGEST_CREDENTIAL else None
    except (ValueError, RecursionError):
        return None
