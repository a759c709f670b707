"""How allauth's OAuth and OpenID Connect provider is fitted to Humankind and to Mastodon's clients."""

from typing import Any

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.internal.oauthlib.request_validator import OAuthLibRequestValidator
from allauth.idp.oidc.internal.oauthlib.server import generate_access_token
from allauth.idp.oidc.models import Client, Token
from django.conf import settings
from oauthlib.common import Request
from oauthlib.oauth2.rfc6749.grant_types.authorization_code import code_challenge_method_s256
from oauthlib.openid import Server

from identity.queries.scopes import beyond

# What a recipient of training releases is given: its programs log in by themselves.
EXPORTS = "export:read"
EXPORT_TOKEN_SECONDS = 3600


class Adapter(DefaultOIDCAdapter):  # type: ignore[misc]
    """Set as `IDP_OIDC_ADAPTER`."""

    def get_issuer(self) -> str:
        """The public address, whatever host name a request carried."""
        return str(settings.PUBLIC_URL)


class Validator(OAuthLibRequestValidator):  # type: ignore[misc]
    """allauth's checks, where Mastodon's clients expect others."""

    def validate_scopes(
        self, client_id: str, scopes: list[str], client: Client, request: Request, *rest: Any, **options: Any
    ) -> bool:
        """An application registered for `write` may ask for `write:statuses`; allauth asks for the same words."""
        return not beyond(scopes, request.client.get_scopes())

    def revoke_token(self, token: str, token_type_hint: str, request: Request, *rest: Any, **options: Any) -> None:
        """An application revokes its own tokens and no others (RFC 7009, section 2.1)."""
        owner = getattr(request.client, "pk", None)
        Token.objects.by_value(token).filter(client_id=owner, type=Token.Type.ACCESS_TOKEN).delete()


def seconds_of_token(request: Request) -> int:
    """How long the token lasts that is being made. A program that holds its secret asks again; a person's app cannot."""
    scopes = request.scopes or []
    return EXPORT_TOKEN_SECONDS if EXPORTS in scopes else int(settings.IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN)


class MastodonServer(Server):  # type: ignore[misc]
    """oauthlib's server over allauth's models: codes and application tokens, opaque, without refresh tokens."""

    def __init__(self) -> None:
        super().__init__(
            request_validator=Validator(),
            token_generator=generate_access_token,
            token_expires_in=seconds_of_token,
        )
        # A token lasts until it is revoked, so a refresh token would only be one more thing to lose.
        self.auth_grant.refresh_token = False
        # A challenge that is the verifier itself guards nothing: S256 alone, as Mastodon has it.
        self.auth_grant._code_challenge_methods = {"S256": code_challenge_method_s256}
