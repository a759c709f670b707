"""Keys, limits and suspension of recipients."""

import datetime as dt
import secrets
from dataclasses import dataclass

from allauth.idp.oidc.models import Client, Token
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from common import events
from common.authentication import RandomSecretHasher
from common.problems import Conflict, NotFound, Problem
from exports.models import Recipient, RecipientKey
from exports.operations.permissions import require_operator

SCOPE = "export:read"
MOST_KEYS = 5
LONGEST_GRACE = dt.timedelta(days=90)
MOST_REQUESTS = 100_000
MOST_BYTES = 10**15


@dataclass(frozen=True)
class Registration:
    """A recipient with a new key; the client secret is shown here once and kept only as a hash."""

    recipient: Recipient
    client_id: str
    client_secret: str


def issue_key(recipient: Recipient) -> Registration:
    """A further key, which opens what `export:read` opens and nothing else. To be called in a transaction."""
    # Drawn by the system and as long as a SHA-256 digest: no dictionary holds it, so a fast hash keeps it safe.
    secret = secrets.token_urlsafe(32)
    client = Client(
        id=secrets.token_urlsafe(24),
        name=recipient.name[:100],
        type=Client.Type.CONFIDENTIAL,
        secret=make_password(secret, hasher=RandomSecretHasher.algorithm),
    )
    client.set_scopes([SCOPE])
    client.set_default_scopes([SCOPE])
    client.set_grant_types([Client.GrantType.CLIENT_CREDENTIALS])
    client.save(force_insert=True)
    RecipientKey.objects.create(recipient=recipient, oauth_client_id=client.pk)
    return Registration(recipient=recipient, client_id=client.pk, client_secret=secret)


def rotate_key(*, operator_id: int, recipient_id: int, grace: dt.timedelta = dt.timedelta(days=7)) -> Registration:
    """A new key at once; those of today open for `grace` more, so that no program stands still. Raises Problem."""
    require_operator(operator_id, "exports.change_recipient")
    if not dt.timedelta() <= grace <= LONGEST_GRACE:
        raise Problem(f"The time of grace is 0 to {LONGEST_GRACE.days} days.", field="grace", limit=LONGEST_GRACE.days)
    with transaction.atomic():
        recipient = _locked(recipient_id)
        live = _live_keys(recipient)
        if live.count() >= MOST_KEYS:
            raise Conflict(f"A recipient has at most {MOST_KEYS} keys at once: revoke one first.", field="keys")
        ends = timezone.now() + grace
        live.filter(Q(expires_at=None) | Q(expires_at__gt=ends)).update(expires_at=ends)
        made = issue_key(recipient)
        events.record("recipient.key_rotated", subject_id=recipient.pk, data={"by": operator_id})
    return made


def revoke_key(*, operator_id: int, key_id: int) -> RecipientKey:
    """End one key, and every token that it was given, at once. Raises NotFound."""
    require_operator(operator_id, "exports.change_recipient")
    with transaction.atomic():
        key = RecipientKey.objects.select_for_update().filter(pk=key_id).first()
        if key is None:
            raise NotFound("There is no such key.")
        now = timezone.now()
        if key.expires_at is None or key.expires_at > now:
            key.expires_at = now
            key.save(update_fields=["expires_at"])
        Token.objects.filter(client_id=key.oauth_client_id).delete()
        events.record("recipient.key_revoked", subject_id=key.recipient_id, data={"by": operator_id})
    return key


def suspend_recipient(*, operator_id: int, recipient_id: int) -> Recipient:
    """Give a recipient nothing from now on: its tokens and its signed addresses are worth nothing at once."""
    require_operator(operator_id, "exports.change_recipient")
    with transaction.atomic():
        recipient = _locked(recipient_id)
        if recipient.suspended_at is None:
            recipient.suspended_at = timezone.now()
            recipient.save(update_fields=["suspended_at"])
            events.record("recipient.suspended", subject_id=recipient.pk, data={"by": operator_id})
        Token.objects.filter(client_id__in=recipient.keys.values_list("oauth_client_id", flat=True)).delete()
    return recipient


def resume_recipient(*, operator_id: int, recipient_id: int) -> Recipient:
    """End a suspension; its keys open again, with new tokens."""
    require_operator(operator_id, "exports.change_recipient")
    with transaction.atomic():
        recipient = _locked(recipient_id)
        if recipient.suspended_at is not None:
            recipient.suspended_at = None
            recipient.save(update_fields=["suspended_at"])
            events.record("recipient.resumed", subject_id=recipient.pk, data={"by": operator_id})
    return recipient


def limit_recipient(*, operator_id: int, recipient_id: int, requests_per_minute: int, bytes_per_day: int) -> Recipient:
    """Set how much a recipient may ask for. Raises Problem."""
    require_operator(operator_id, "exports.change_recipient")
    for name, value, most in (
        ("requests_per_minute", requests_per_minute, MOST_REQUESTS),
        ("bytes_per_day", bytes_per_day, MOST_BYTES),
    ):
        if not 1 <= value <= most:
            raise Problem(f"{name} is 1 to {most}.", field=name, limit=most)
    with transaction.atomic():
        recipient = _locked(recipient_id)
        recipient.requests_per_minute, recipient.bytes_per_day = requests_per_minute, bytes_per_day
        recipient.save(update_fields=["requests_per_minute", "bytes_per_day"])
    return recipient


def _locked(recipient_id: int) -> Recipient:
    recipient = Recipient.objects.select_for_update().filter(pk=recipient_id, active=True).first()
    if recipient is None:
        raise NotFound("There is no such recipient.")
    return recipient


def _live_keys(recipient: Recipient) -> QuerySet[RecipientKey]:
    return recipient.keys.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()))
