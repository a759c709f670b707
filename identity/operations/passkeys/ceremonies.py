"""Ceremonies as rows: a challenge is answered once, by whom it was given to, for what it was given, until its deadline.

Only this machine's clock counts. A client is told how long it has, never until when.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from common import rate_limits
from common.problems import Conflict, Problem, TooMany
from identity.engines.passkey_keys import CeremonyRefused
from identity.engines.webauthn_response import challenge_in
from identity.models import PasskeyCeremony

TIME_TO_ANSWER = timedelta(minutes=5)
MILLISECONDS = int(TIME_TO_ANSWER.total_seconds() * 1000)
NONCE_BYTES = 32


@dataclass(frozen=True, slots=True)
class Challenge:
    """`value` is SHA-256 over `nonce` and the statement that the signature is to cover."""

    value: bytes
    nonce: bytes


def open_ceremony(
    *, purpose: PasskeyCeremony.Purpose, account_id: int | None = None, reason: str = "", bound_to: bytes = b""
) -> Challenge:
    """Draw a challenge and keep its digest."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    challenge = hashlib.sha256(nonce + bound_to).digest()
    PasskeyCeremony.objects.create(
        account_id=account_id,
        purpose=purpose,
        reason=reason,
        challenge_sha256=hashlib.sha256(challenge).digest(),
        bound_to=hashlib.sha256(bound_to).digest() if bound_to else b"",
        deadline=timezone.now() + TIME_TO_ANSWER,
    )
    return Challenge(challenge, nonce)


def spend_ceremony(
    *,
    response: Mapping[str, Any],
    purpose: PasskeyCeremony.Purpose,
    account_id: int | None = None,
    reason: str = "",
    bound_to: bytes = b"",
) -> bytes:
    """The challenge that the response answers, from now on used up, whether or not the response then verifies.

    Raises Conflict for one that is unknown, another's, for something else, used already or late.
    """
    try:
        challenge = challenge_in(response)
    except CeremonyRefused as refusal:
        raise refused(refusal) from refusal
    digest = hashlib.sha256(challenge).digest()
    with transaction.atomic():
        found = PasskeyCeremony.objects.select_for_update().filter(challenge_sha256=digest).first()
        statement = hashlib.sha256(bound_to).digest() if bound_to else b""
        if (
            found is None
            or (found.purpose, found.account_id, found.reason) != (purpose, account_id, reason)
            or bytes(found.bound_to) != statement
        ):
            raise Conflict("This answers no question of ours: begin anew.", code="unknown_ceremony")
        if found.used_at:
            raise Conflict("This answer was given before: begin anew.", code="ceremony_used")
        if found.deadline < timezone.now():
            raise Conflict("The 5 minutes to answer have passed: begin anew.", code="deadline_passed")
        found.used_at = timezone.now()
        found.save(update_fields=["used_at"])
    return challenge


def refused(refusal: CeremonyRefused) -> Problem:
    """What a caller is told of a response that does not verify."""
    return Problem(refusal.sentence, code=refusal.code, field="response")


def count(name: str, *, who: str, limit: int, minutes: int) -> None:
    """Raises TooMany past the limit."""
    allowance = rate_limits.spend(f"passkey_{name}", who=who, limit=limit, minutes=minutes)
    if allowance.exceeded:
        raise TooMany(
            f"At most {limit} of these are taken in {minutes} minutes: rest a while.",
            limit=limit,
            more={"retry_after": allowance.seconds_left()},
        )
