"""The pages a person sees: log in, allow an application, read off its code."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from allauth.account.views import LoginView
from allauth.idp.oidc.internal.oauthlib.utils import get_uri
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from oauthlib.oauth2.rfc6749 import errors

from identity.api.oauth import MastodonServer
from identity.operations.applications import OUT_OF_BAND
from identity.queries.scopes import describe, grantable


class Login(LoginView):  # type: ignore[misc]
    """The login page. An application that asks for a login anew gets it; whoever is signed in stays so until then."""

    template_name = "oauth/login.html"

    def dispatch(self, request: HttpRequest, *arguments: Any, **options: Any) -> HttpResponseBase:
        """allauth sends whoever is signed in straight on."""
        if request.GET.get("force_login"):
            request.user = AnonymousUser()
        answer: HttpResponseBase = super().dispatch(request, *arguments, **options)
        return answer


@never_cache
@require_http_methods(["GET", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """RFC 6749's authorization endpoint: log in, then say yes or no. The request stays in the address throughout."""
    server = MastodonServer()
    # What the form adds (its CSRF token, the answer) is no part of the OAuth request.
    uri = get_uri(request)
    try:
        scopes, found = server.validate_authorization_request(uri, "GET", "", {})
    except errors.FatalClientError as error:
        return _refuse(request, error)
    except errors.OAuth2Error as error:
        return _send(request, error.in_uri(error.redirect_uri), asked=error.redirect_uri)
    if not request.user.is_authenticated or _asks_for_login_again(request):
        forced = {"force_login": "true"} if _asks_for_login_again(request) else {}
        return redirect(f"/oauth/login?{urlencode({'next': _without_force(request), **forced})}")
    scopes = grantable(scopes, request.user)
    if not scopes:
        refused = errors.InvalidScopeError(
            state=found.get("state"), description="Only moderators may give these scopes."
        )
        return _send(request, refused.in_uri(found["redirect_uri"]), asked=found["redirect_uri"])
    if request.method == "GET":
        client = found["request"].client
        context = {
            "client": client,
            "website": (client.data or {}).get("website", ""),
            "scopes": [describe(scope) for scope in scopes],
        }
        return render(request, "oauth/authorize.html", context)
    if request.POST.get("action") != "allow":
        denied = errors.AccessDeniedError(state=found.get("state"))
        return _send(request, denied.in_uri(found["redirect_uri"]), asked=found["redirect_uri"])
    try:
        headers, _, _ = server.create_authorization_response(
            uri, "GET", "", {}, scopes=scopes, credentials={"user": request.user}
        )
    except errors.FatalClientError as error:
        return _refuse(request, error)
    return _send(request, headers["Location"], asked=found["redirect_uri"])


def _send(request: HttpRequest, address: str, *, asked: str) -> HttpResponse:
    """Hand the answer over: as a page for people whose application cannot be called, else by a redirect."""
    if address.startswith(OUT_OF_BAND):
        answer = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        return render(request, "oauth/code.html", answer, status=200 if "code" in answer else 400)
    # Building the address has put the scheme into lower case; an application may know only its own spelling.
    scheme = asked.partition(":")[0]
    address = scheme + address[len(scheme) :]
    # Not HttpResponseRedirect: an application's own scheme is no web address. Registration refused harmful ones.
    response = HttpResponse(status=302)
    response["Location"] = address
    return response


def _refuse(request: HttpRequest, error: Any) -> HttpResponse:
    """Shown here and never sent on: the address to send it to is what could not be trusted."""
    sentence = error.description or "The application's request is not valid."
    return render(request, "oauth/error.html", {"sentence": sentence}, status=400)


def _asks_for_login_again(request: HttpRequest) -> bool:
    return request.method == "GET" and request.GET.get("force_login", "").lower() in {"true", "1"}


def _without_force(request: HttpRequest) -> str:
    kept = request.GET.copy()
    kept.pop("force_login", None)
    return f"{request.path}?{kept.urlencode()}"
