"""The applications that an account has let in."""

from dataclasses import dataclass
from datetime import datetime

from allauth.idp.oidc.models import Token
from django.utils import timezone

MOST_SHOWN = 500


@dataclass
class AllowedApplication:
    """One application: `logins` tokens of the account, which together hold `scopes`."""

    client_id: str
    name: str
    website: str
    scopes: list[str]
    logins: int
    first_at: datetime
    last_at: datetime


def applications_of(account_id: int) -> list[AllowedApplication]:
    """Those that hold a token of the account which is neither revoked nor expired, the newest login first; one query."""
    tokens = Token.objects.filter(user_id=account_id, type=Token.Type.ACCESS_TOKEN, client__isnull=False)
    tokens = tokens.exclude(expires_at__lte=timezone.now()).select_related("client").order_by("-created_at")
    found: dict[str, AllowedApplication] = {}
    for token in tokens[:MOST_SHOWN]:
        client = token.client
        one = found.setdefault(
            client.pk,
            AllowedApplication(
                client_id=client.pk,
                name=client.name,
                website=str((client.data or {}).get("website") or ""),
                scopes=[],
                logins=0,
                first_at=token.created_at,
                last_at=token.created_at,
            ),
        )
        one.logins += 1
        one.first_at = token.created_at
        one.scopes += [scope for scope in token.get_scopes() if scope not in one.scopes]
    return list(found.values())
