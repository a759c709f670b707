"""What an application calls: tokens, their revocation, and where everything is."""

import json
from typing import Any
from urllib.parse import urlencode

from allauth.idp.oidc.internal.oauthlib.utils import extract_headers
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST
from oauthlib.oauth2.rfc6749.errors import OAuth2Error

from common import rate_limits
from common.views import address_of
from identity.api.oauth import EXPORTS, MastodonServer
from identity.queries.scopes import MASTODON_SCOPES

LONGEST_PARAMETER = 4000
TOKENS_IN_FIVE_MINUTES = 600


@csrf_exempt
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """RFC 6749's token endpoint, for codes (with PKCE where the login began with it) and for an application itself."""
    if too_many := _too_many(request):
        return too_many
    try:
        headers, body, status = _token_response(request)
    except OAuth2Error as error:
        return _error(error.error, error.description, error.status_code)
    answer = json.loads(body)
    if status == 200:
        granted = {
            "access_token": answer["access_token"],
            "token_type": "Bearer",
            "scope": answer.get("scope", ""),
            "created_at": int(timezone.now().timestamp()),
        }
        if EXPORTS in granted["scope"].split():
            granted["expires_in"] = answer.get("expires_in")
        answer = granted
    elif "error_description" not in answer:
        answer["error_description"] = SENTENCES.get(answer.get("error", ""), "The request is not valid.")
    response = JsonResponse(answer, status=status)
    for name, value in headers.items():
        if name.lower() != "content-type":
            response[name] = value
    return response


@csrf_exempt
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """RFC 7009: the token is worth nothing from now on. A token that is not there is no error."""
    if too_many := _too_many(request):
        return too_many
    body, headers, _ = _oauth_request(request)
    _, _, status = MastodonServer().create_revocation_response("/oauth/revoke", "POST", body, headers)
    if status != 200:
        return _error("unauthorized_client", "You are not authorized to revoke this token", 403)
    return JsonResponse({}, status=200)


@require_GET
def server_metadata(request: HttpRequest) -> JsonResponse:
    """RFC 8414, as Mastodon 4.3 gives it."""
    url = settings.PUBLIC_URL
    return JsonResponse(
        {
            "issuer": f"{url}/",
            "service_documentation": "https://docs.joinmastodon.org/",
            "authorization_endpoint": f"{url}/oauth/authorize",
            "token_endpoint": f"{url}/oauth/token",
            "revocation_endpoint": f"{url}/oauth/revoke",
            "userinfo_endpoint": f"{url}/oauth/userinfo",
            "app_registration_endpoint": f"{url}/api/v1/apps",
            # Our own are left out, as RFC 8414 allows: programs know Mastodon's and may refuse a list with others.
            "scopes_supported": list(MASTODON_SCOPES),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "client_credentials"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        }
    )


SENTENCES = {
    "invalid_grant": "The code is unknown, was used, has expired, or belongs to another request.",
    "invalid_client": "The application is unknown or its secret is wrong.",
    "unsupported_grant_type": "Use authorization_code or client_credentials.",
    "invalid_scope": "The application was not registered for these scopes.",
}


def _token_response(request: HttpRequest) -> tuple[dict[str, str], str, int]:
    """The exchange; a code is read and forgotten in two steps, so the second of two that come at once waits here."""
    body, headers, code = _oauth_request(request)
    with transaction.atomic():
        if code:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [f"code:{code}"])
        answer: tuple[dict[str, str], str, int] = MastodonServer().create_token_response(
            "/oauth/token", "POST", body, headers
        )
        return answer


def _oauth_request(request: HttpRequest) -> tuple[str, dict[str, str], str]:
    """Body and headers as oauthlib reads them, and the code among them. Clients send forms, JSON, and parameters in the address."""
    given: dict[str, Any] = {**request.GET.dict(), **request.POST.dict()}
    if request.content_type == "application/json":
        try:
            parsed = json.loads(request.body or b"{}")
        except ValueError:
            parsed = {}
        given |= parsed if isinstance(parsed, dict) else {}
    plain = {
        name: str(value)
        for name, value in given.items()
        if isinstance(value, str | int) and value != "" and len(str(value)) <= LONGEST_PARAMETER
    }
    headers = {name: value for name, value in extract_headers(request).items() if isinstance(value, str)}
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    return urlencode(plain), headers, plain.get("code", "")


def _too_many(request: HttpRequest) -> HttpResponse | None:
    allowance = rate_limits.spend("oauth", who=f"address:{address_of(request)}", limit=TOKENS_IN_FIVE_MINUTES)
    if not allowance.exceeded:
        return None
    refusal = _error("too_many_requests", f"At most {allowance.limit} requests in five minutes.", 429)
    for name, value in allowance.headers().items():
        refusal[name] = value
    return refusal


def _error(name: str, sentence: str | None, status: int) -> JsonResponse:
    return JsonResponse({"error": name, "error_description": sentence or SENTENCES.get(name, "")}, status=status)
