"""Signing in by a passkey alone: the device knows whose it is, so nobody types a name."""

from collections.abc import Mapping, Sequence
from typing import Any

from allauth.idp.oidc.models import Client
from django.db import transaction

from common import events
from common.problems import Problem
from identity.models import Passkey, PasskeyCeremony
from identity.operations.applications import issue_token
from identity.operations.passkeys.assertion import accept_signature
from identity.operations.passkeys.ceremonies import MILLISECONDS, count, open_ceremony, spend_ceremony
from identity.queries.passkeys import relying_party

# One address may be a school's or a telephone network's.
AT_AN_ADDRESS = 300


def begin_sign_in(*, address: str) -> dict[str, Any]:
    """Ask for a signature by any discoverable passkey: `public_key` for `navigator.credentials.get`. Raises TooMany."""
    party = relying_party()
    count("sign_in_begun", who=f"address:{address}", limit=AT_AN_ADDRESS, minutes=5)
    challenge = open_ceremony(purpose=PasskeyCeremony.Purpose.SIGN_IN)
    return {"public_key": party.request_options(challenge=challenge.value, allowed=[], milliseconds=MILLISECONDS)}


def complete_sign_in(*, response: Mapping[str, Any], address: str) -> Passkey:
    """The passkey that signed; its account is the one to sign in.

    Raises Conflict for a stale or used challenge or a suspected copy, and Problem (401) for a passkey that is not known.
    """
    count("sign_in", who=f"address:{address}", limit=AT_AN_ADDRESS, minutes=5)
    challenge = spend_ceremony(response=response, purpose=PasskeyCeremony.Purpose.SIGN_IN)
    passkey = accept_signature(response=response, challenge=challenge, account_id=None)
    with transaction.atomic():
        events.record("passkey.signed_in", account_id=passkey.account_id, subject_id=passkey.pk)
    return passkey


def sign_in_application(
    *, client_id: str, client_secret: str, scopes: Sequence[str], response: Mapping[str, Any], address: str
) -> tuple[str, list[str]]:
    """A token of the account for a registered application, and its scopes: those given, or the application's usual.

    Raises Problem (401) for an unknown application or a wrong secret, and what `complete_sign_in` and `issue_token` raise.
    """
    client = Client.objects.filter(pk=client_id).first()
    if client is None or not client.check_secret(client_secret):
        raise Problem("The application is unknown or its secret is wrong.", code="invalid_client", status=401)
    wanted = list(scopes) or client.get_default_scopes()
    passkey = complete_sign_in(response=response, address=address)
    return issue_token(client=client, account_id=passkey.account_id, scopes=wanted), wanted
