"""Applications that people use Humankind with, and the tokens they hold."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from allauth.idp.oidc.models import Client, Token
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.encoding import iri_to_uri

from common import events
from common.authentication import RandomSecretHasher
from common.problems import NotFound, Problem
from identity.models import Account
from identity.queries.scopes import DEFAULT_SCOPES, beyond, grantable, unknown_scopes

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
LONGEST_NAME = 60
LONGEST_URI = 2000
MOST_URIS = 10
LONGEST_SCOPES = 2000
# A browser would run or open these in place of handing the code to an application.
REFUSED_SCHEMES = frozenset({"javascript", "data", "vbscript", "file", "about", "blob", "mailto"})


@dataclass(frozen=True)
class RegisteredApplication:
    """A new application and its secret, which is not kept and so can never be shown again."""

    client: Client
    secret: str


def register_application(
    *, name: str, redirect_uris: Sequence[str], scopes: Sequence[str] = (), website: str = ""
) -> RegisteredApplication:
    """Register an application, as any Mastodon client does before its first login. Raises Problem, with the field."""
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or "\0" in name:
        raise Problem(
            f"Validation failed: client_name has 1 to {LONGEST_NAME} characters",
            field="client_name",
            limit=LONGEST_NAME,
        )
    wanted = list(dict.fromkeys(scopes)) or list(DEFAULT_SCOPES)
    if unknown := unknown_scopes(wanted):
        raise Problem(f"Validation failed: Scopes has none named {unknown[0][:60]}", field="scopes")
    _check_uris(redirect_uris)
    if len(website) > LONGEST_URI or (website and not _is_web_address(website)):
        raise Problem("Validation failed: Website must be a valid URL", field="website", limit=LONGEST_URI)
    # As long as a SHA-256 digest, drawn by the system: no dictionary holds it, so a fast hash keeps it safe.
    secret = secrets.token_urlsafe(32)
    client = Client(
        id=secrets.token_urlsafe(32),
        name=name,
        type=Client.Type.CONFIDENTIAL,
        secret=make_password(secret, hasher=RandomSecretHasher.algorithm),
        data={"website": iri_to_uri(website)},
    )
    client.grant_types = f"{Client.GrantType.AUTHORIZATION_CODE}\n{Client.GrantType.CLIENT_CREDENTIALS}"
    client.set_redirect_uris(list(redirect_uris))
    client.set_scopes(wanted)
    client.set_default_scopes(list(DEFAULT_SCOPES) if "read" in wanted else wanted)
    client.save(force_insert=True)
    return RegisteredApplication(client, secret)


def issue_token(*, client: Client, account_id: int, scopes: Sequence[str]) -> str:
    """A token of the account for an application, lasting until it is revoked.

    Raises Problem for scopes that the application did not register, and for `admin:` ones where the account has no role.
    """
    if extra := beyond(scopes, client.get_scopes()):
        raise Problem(f"The application may not ask for {extra[0][:60]}.", code="invalid_scope", field="scope")
    if len(grantable(scopes, Account.objects.filter(pk=account_id).first())) < len(list(scopes)):
        raise Problem("Only an account with a role may give admin scopes.", code="invalid_scope", field="scope")
    value = secrets.token_urlsafe(48)
    token = Token(type=Token.Type.ACCESS_TOKEN, client=client, user_id=account_id, created_at=timezone.now())
    token.set_value(value)
    token.set_scopes(list(scopes))
    token.save(force_insert=True)
    return value


def revoke_application(*, account_id: int, client_id: str) -> int:
    """Take back every token that the account has given an application; gives their number. Raises NotFound for none."""
    with transaction.atomic():
        deleted: int = Token.objects.filter(user_id=account_id, client_id=client_id).delete()[0]
        if not deleted:
            raise NotFound("Record not found")
        events.record("application.revoked", account_id=account_id, data={"client_id": client_id})
    return deleted


def _check_uris(uris: Sequence[str]) -> None:
    if not 1 <= len(uris) <= MOST_URIS:
        raise Problem(f"Validation failed: Redirect URI: give 1 to {MOST_URIS}", field="redirect_uris", limit=MOST_URIS)
    for uri in uris:
        try:
            parts = urlsplit(uri)
            sound = bool(parts.scheme) and parts.scheme.lower() not in REFUSED_SCHEMES and not parts.fragment
            sound = sound and (parts.scheme not in {"http", "https"} or bool(parts.hostname))
        except ValueError:
            sound = False
        if not sound or len(uri) > LONGEST_URI or any(character.isspace() or character == "\0" for character in uri):
            raise Problem(
                "Validation failed: Redirect URI must be an absolute URI without a fragment",
                field="redirect_uris",
                limit=LONGEST_URI,
            )


def _is_web_address(given: str) -> bool:
    try:
        parts = urlsplit(given)
    except ValueError:
        return False
    plain = not any(character.isspace() or character == "\0" for character in given)
    return plain and parts.scheme in {"http", "https"} and bool(parts.hostname)
