"""Who is calling: OAuth bearer tokens, checked in the database, and what their scopes allow."""

import hashlib
import hmac
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from allauth.idp.oidc.models import Token
from django.contrib.auth.hashers import BasePasswordHasher
from django.contrib.auth.models import AnonymousUser
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:
    from rest_framework.views import APIView

# Mastodon's old name for the four relationship scopes.
FOLLOW = {f"{access}:{what}" for access in ("read", "write") for what in ("follows", "blocks", "mutes")}


# One's own name and picture; whoever reads accounts has these too.
PROFILE = "profile"


class BearerToken(BaseAuthentication):
    """`Authorization: Bearer`. `request.auth` is the token; an app-only token leaves `request.user` anonymous."""

    def authenticate(self, request: Request) -> tuple[Any, Token] | None:
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not value.strip():
            return None
        token = valid_token(value.strip())
        if token is None:
            raise AuthenticationFailed("The access token is invalid")
        return token.user or AnonymousUser(), token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def valid_token(value: str) -> Token | None:
    """The token with its account and application loaded; None when it is unknown, revoked, expired, or its account closed."""
    found = Token.objects.valid().by_value(value).filter(type=Token.Type.ACCESS_TOKEN)
    token = found.select_related("user", "client").first()
    return None if token is None or (token.user is not None and not token.user.is_active) else token


def still_valid(token_ids: Collection[int]) -> set[int]:
    """Those of these tokens of accounts that are neither revoked nor expired, and whose account is not closed."""
    return set(Token.objects.valid().filter(pk__in=token_ids, user__is_active=True).values_list("pk", flat=True))


def caller(request: Request) -> int:
    """The id of the signed-in account. Raises NotAuthenticated for anybody else, an app-only token among them."""
    if request.user.pk is None:
        raise NotAuthenticated
    return int(request.user.pk)


def scope_allows(granted: Collection[str], wanted: str) -> bool:
    """Whether the granted scopes cover `wanted`: `write` covers `write:statuses`, and `follow` what it always has."""
    if wanted in granted:
        return True
    if wanted in FOLLOW and "follow" in granted:
        return True
    if wanted == PROFILE:
        return scope_allows(granted, "read:accounts")
    parent = wanted.rpartition(":")[0]
    return bool(parent) and scope_allows(granted, parent)


def holds_a_role(account: Any) -> bool:
    """Whether an operator has given the account a role: staff, or a permission of its own or of a group."""
    return bool(account.is_active and (account.is_staff or account.is_superuser or account.get_all_permissions()))


class HasScope(BasePermission):
    """The view's `scopes` by HTTP method, or under "*", must be covered by the token.

    `admin:` scopes are worth nothing in the hands of an account without a role, whenever it lost it.
    """

    message = "This action is outside the authorized scopes"

    def has_permission(self, request: Request, view: "APIView") -> bool:
        scopes: dict[str, str] = getattr(view, "scopes", {})
        wanted = scopes.get(request.method or "", scopes.get("*"))
        if wanted is None:
            return True
        if not isinstance(request.auth, Token) or not scope_allows(request.auth.get_scopes(), wanted):
            return False
        return not wanted.startswith("admin:") or holds_a_role(request.user)


class RandomSecretHasher(BasePasswordHasher):
    """Salted SHA-256, for secrets that a machine drew with 256 bits. Never for what a person chose.

    A slow hash guards guessable secrets; these cannot be guessed, and are checked at every call for a token.
    """

    algorithm = "random_secret_sha256"

    def encode(self, password: str, salt: str) -> str:
        digest = hashlib.sha256(f"{salt}${password}".encode()).hexdigest()
        return f"{self.algorithm}${salt}${digest}"

    def verify(self, password: str, encoded: str) -> bool:
        _, salt, _ = encoded.split("$", 2)
        return hmac.compare_digest(encoded, self.encode(password, salt))

    def decode(self, encoded: str) -> dict[str, Any]:
        algorithm, salt, digest = encoded.split("$", 2)
        return {"algorithm": algorithm, "salt": salt, "hash": digest}

    def safe_summary(self, encoded: str) -> dict[Any, Any]:
        return {"algorithm": self.algorithm}

    def must_update(self, encoded: str) -> bool:
        return False

    def harden_runtime(self, password: str, encoded: str) -> None:
        """There is only one cost."""
