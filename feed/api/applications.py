"""Applications and sign-up."""

import re

from allauth.idp.oidc.models import Client, Token
from django.conf import settings
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from common import rate_limits
from common.problems import NotAllowed, Problem, TooMany
from common.views import address_of
from feed.api.parameters import flag, items, parameters, text
from feed.api.views import ApplicationView, MastodonPublicView, MastodonView, caller_id
from feed.operations.accounts import register
from feed.queries.push_keys import server_key
from feed.queries.relationships import profile_of
from feed.queries.rendering.accounts import profiles_json
from identity.operations.applications import issue_token, register_application
from identity.queries.scopes import grantable

APPLICATIONS_IN_FIVE_MINUTES = 300
SIGN_UPS_IN_FIVE_MINUTES = 300


class AppsView(MastodonPublicView):
    """POST /api/v1/apps"""

    def post(self, request: Request) -> Response:
        """Register an application; its secret is shown here and never again."""
        _limit(request, "apps", APPLICATIONS_IN_FIVE_MINUTES)
        given = parameters(request)
        uris = [uri for entry in items(given, "redirect_uris") for uri in entry.split("\n")]
        made = register_application(
            name=text(given, "client_name"),
            redirect_uris=[uri.strip() for uri in uris if uri.strip()],
            scopes=re.split(r"[\s+]+", text(given, "scopes").strip()) if text(given, "scopes").strip() else (),
            website=text(given, "website"),
        )
        return Response(
            {
                **_application_json(made.client),
                "client_id": made.client.pk,
                "client_secret": made.secret,
                "client_secret_expires_at": 0,
            }
        )


class AppCredentialsView(ApplicationView):
    """GET /api/v1/apps/verify_credentials"""

    def get(self, request: Request) -> Response:
        """The application that a token belongs to."""
        if not isinstance(request.auth, Token) or request.auth.client is None:
            raise Problem("The access token is invalid", status=401)
        return Response(_application_json(request.auth.client))


class SignUpView(ApplicationView):
    """POST /api/v1/accounts, with an application's own token"""

    scopes = {"POST": "write:accounts"}

    def post(self, request: Request) -> Response:
        """Make an account, and a token for it with the application's scopes. It may write once it is admitted."""
        token = request.auth
        if not isinstance(token, Token) or token.client is None:
            raise Problem("The access token is invalid", status=401)
        if token.user_id is not None:
            raise NotAllowed("This method requires an client credentials authentication")
        _limit(request, "sign_ups", SIGN_UPS_IN_FIVE_MINUTES)
        given = parameters(request)
        account = register(
            username=text(given, "username"),
            email=text(given, "email"),
            password=text(given, "password"),
            agreed=bool(flag(given, "agreement")),
        )
        # A new account holds no role, so it has no admin scopes to give.
        scopes = grantable(token.get_scopes(), None)
        value = issue_token(client=token.client, account_id=account.pk, scopes=scopes)
        return Response(
            {
                "access_token": value,
                "token_type": "Bearer",
                "scope": " ".join(scopes),
                "created_at": int(timezone.now().timestamp()),
            }
        )


class EmailConfirmationView(MastodonView):
    """POST /api/v1/emails/confirmations"""

    scopes = {"POST": "write:accounts"}

    def post(self, request: Request) -> Response:
        """No address waits for a confirmation here, so no letter is sent."""
        return Response({})


class EmailConfirmedView(MastodonView):
    """GET /api/v1/emails/check_confirmation"""

    scopes = {"GET": "read:accounts"}

    def get(self, request: Request) -> Response:
        """Nothing is waited for."""
        return Response(True)


class UserInfoView(MastodonView):
    """GET and POST /oauth/userinfo"""

    scopes = {"*": "profile"}

    def get(self, request: Request) -> Response:
        """Who signed in, in OpenID Connect's words: name and picture, no more."""
        profile = profile_of(caller_id(request))
        account = profiles_json([profile])[0]
        return Response(
            {
                "iss": f"{settings.PUBLIC_URL}/",
                "sub": account["uri"],
                "name": account["display_name"],
                "preferred_username": account["username"],
                "profile": account["url"],
                "picture": account["avatar"],
            }
        )

    post = get


def _application_json(client: Client) -> dict[str, object]:
    uris = client.get_redirect_uris()
    return {
        "id": client.pk,
        "name": client.name,
        "website": (client.data or {}).get("website") or None,
        "scopes": client.get_scopes(),
        "redirect_uri": "\n".join(uris),
        "redirect_uris": uris,
        "vapid_key": server_key(),
    }


def _limit(request: Request, name: str, limit: int) -> None:
    allowance = rate_limits.spend(name, who=f"address:{address_of(request)}", limit=limit)
    if allowance.exceeded:
        raise TooMany(
            f"Too many requests: {limit} are allowed in five minutes.",
            limit=limit,
            more={"retry_after": allowance.seconds_left()},
        )
