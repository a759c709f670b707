"""Lays out the accounts, the application and the tokens that Mastodon.py's own test suite names."""

from typing import Any

from allauth.idp.oidc.models import Client, Token
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from common.authentication import RandomSecretHasher
from feed.models import Profile
from feed.operations.accounts import register
from identity.models import Account
from moderation.operations.roles import appoint_moderator

# What the suite's conftest.py and setup.sql call them (Mastodon.py 2.3); they are public, and so open no door anywhere else.
CLIENT_ID = "__MASTODON_PY_TEST_CLIENT_ID"
CLIENT_SECRET = "__MASTODON_PY_TEST_CLIENT_SECRET"  # noqa: S105 (see above)
TOKEN = "__MASTODON_PY_TEST_ACCESS_TOKEN"  # noqa: S105 (see above)
PASSWORD = "5fc638e0e53eafd9c4145b6bb852667d"  # noqa: S105 (see above)
SCOPES = ("read", "write", "follow", "push", "profile")
ADMIN_SCOPES = ("admin:read", "admin:write")
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"


class Command(BaseCommand):
    """`manage.py lay_out_mastodon_py`: for a development server that admits on registration; run twice, it changes nothing."""

    help = __doc__ or ""

    def handle(self, *arguments: Any, **options: Any) -> None:
        """Make what is missing. Raises CommandError anywhere but on such a server."""
        if not (settings.DEVELOPMENT and settings.ADMIT_ON_REGISTRATION):
            raise CommandError(
                "The names and tokens are public: this is for a development server with HUMANKIND_ADMIT_ON_REGISTRATION=1."
            )
        with transaction.atomic():
            client = _application()
            _account("mastodonpy_test", client, TOKEN, locked=True)
            _account("admin", client, f"{TOKEN}_2", administers=True)
            _account("mastodonpy_test_2", client, f"{TOKEN}_3")
            # The suite searches for it and never signs in as it.
            _account("admin2", client, None)
        self.stdout.write("The accounts of Mastodon.py's test suite are there.")


def _application() -> Client:
    client = Client.objects.filter(pk=CLIENT_ID).first()
    if client is None:
        client = Client(
            id=CLIENT_ID,
            name="Mastodon.py test suite",
            type=Client.Type.CONFIDENTIAL,
            secret=make_password(CLIENT_SECRET, hasher=RandomSecretHasher.algorithm),
            data={"website": ""},
        )
        client.grant_types = f"{Client.GrantType.AUTHORIZATION_CODE}\n{Client.GrantType.CLIENT_CREDENTIALS}"
        client.set_redirect_uris([OUT_OF_BAND])
        client.set_scopes([*SCOPES, *ADMIN_SCOPES])
        client.set_default_scopes(list(SCOPES))
        client.save(force_insert=True)
    return client


def _account(
    username: str, client: Client, value: str | None, *, locked: bool = False, administers: bool = False
) -> None:
    account = Account.objects.filter(username=username).first()
    if account is None:
        account = register(username=username, email=f"{username}@example.org", password=PASSWORD)
    Profile.objects.filter(pk=account.pk).update(locked=locked)
    if administers:
        appoint_moderator(account_id=account.pk)
    if value is not None and not Token.objects.by_value(value).exists():
        token = Token(type=Token.Type.ACCESS_TOKEN, client=client, user=account, created_at=timezone.now())
        token.set_value(value)
        token.set_scopes([*SCOPES, *(ADMIN_SCOPES if administers else ())])
        token.save(force_insert=True)
