"""Assertions: a person who is signed in shows, by a passkey, that they are there, and signs what they are asked to."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from fido2.utils import websafe_encode

from common import events
from common.problems import Conflict, NotFound, Problem
from identity.engines.passkey_keys import CeremonyRefused, Signed
from identity.engines.webauthn_response import credential_id_in
from identity.jobs import credentials
from identity.jobs.notices import tell
from identity.jobs.presence import note_presence
from identity.models import AccountNotice, Passkey, PasskeyCeremony
from identity.operations.passkeys.ceremonies import MILLISECONDS, count, open_ceremony, refused, spend_ceremony
from identity.queries.attesters import attester
from identity.queries.passkeys import known_key, passkeys_of, relying_party, user_handle

PRESENCE = "presence"
IN_FIVE_MINUTES = 60


def begin_assertion(*, account_id: int, reason: str = PRESENCE, bound_to: bytes = b"") -> dict[str, Any]:
    """Ask for a signature by any passkey of the account: `public_key` for the browser, and the base64url `nonce`.

    The challenge is SHA-256(nonce || `bound_to`), so the signature covers a statement of the caller's. `reason` says
    what the signature is for; it can be used for nothing else. Raises Conflict without a passkey, and TooMany.
    """
    party = relying_party()
    count("assertion", who=f"account:{account_id}", limit=IN_FIVE_MINUTES, minutes=5)
    passkeys = passkeys_of(account_id)
    if not passkeys:
        raise Conflict("You have no passkey yet: add one first.", code="no_passkey")
    challenge = open_ceremony(
        purpose=PasskeyCeremony.Purpose.ASSERT, account_id=account_id, reason=reason, bound_to=bound_to
    )
    allowed = [known_key(passkey) for passkey in passkeys]
    options = party.request_options(challenge=challenge.value, allowed=allowed, milliseconds=MILLISECONDS)
    return {"public_key": options, "nonce": websafe_encode(challenge.nonce)}


def complete_assertion(
    *, account_id: int, response: Mapping[str, Any], reason: str = PRESENCE, bound_to: bytes = b""
) -> Passkey:
    """The passkey that signed. Meets what demands the account's presence, and renews the credential of kind passkey.

    `reason` and `bound_to` are those that it began with. Call it outside a transaction, for a suspected copy is noted
    before it is refused. Raises Conflict for a stale or used challenge or a count that went back, NotFound for a passkey
    that is not the account's, Problem for a response that does not verify.
    """
    challenge = spend_ceremony(
        response=response,
        purpose=PasskeyCeremony.Purpose.ASSERT,
        account_id=account_id,
        reason=reason,
        bound_to=bound_to,
    )
    return accept_signature(response=response, challenge=challenge, account_id=account_id)


def accept_signature(*, response: Mapping[str, Any], challenge: bytes, account_id: int | None) -> Passkey:
    """Verify a signature over the challenge by a passkey of the account, or of whomever it is when that is None."""
    with transaction.atomic():
        passkey = _locked(response, account_id)
        signed = _verified(response, challenge, passkey, discoverable=account_id is None)
        copied = not _counts_on(passkey.sign_count, signed.sign_count)
        if copied:
            passkey.copy_suspected_at = timezone.now()
            passkey.save(update_fields=["copy_suspected_at"])
            events.record("passkey.copy_suspected", account_id=passkey.account_id, subject_id=passkey.pk)
            _tell(passkey)
        else:
            _note_use(passkey, signed)
    if copied:
        raise Conflict(
            "This passkey counts fewer uses than it had before, as a copy of it would: it was not accepted."
            " Remove it and add a new one.",
            code="copy_suspected",
        )
    return passkey


def _locked(response: Mapping[str, Any], account_id: int | None) -> Passkey:
    try:
        credential_id = credential_id_in(response)
    except CeremonyRefused as refusal:
        raise refused(refusal) from refusal
    known = Passkey.objects.select_for_update(of=("self",)).select_related("account")
    passkey = known.filter(credential_id=credential_id, revoked_at=None, account__is_active=True).first()
    if passkey is None or account_id not in {None, passkey.account_id}:
        sentence = "This passkey is not known here: it was removed, or never added."
        if account_id is None:
            raise Problem(sentence, code="unknown_passkey", status=401)
        raise NotFound(sentence, code="unknown_passkey")
    return passkey


def _verified(response: Mapping[str, Any], challenge: bytes, passkey: Passkey, *, discoverable: bool) -> Signed:
    try:
        return relying_party().verify_assertion(
            response,
            challenge=challenge,
            key=known_key(passkey),
            handle=user_handle(passkey.account_id),
            discoverable=discoverable,
        )
    except CeremonyRefused as refusal:
        raise refused(refusal) from refusal


def _counts_on(before: int, now: int) -> bool:
    """WebAuthn section 7.2, step 22: a count that does not grow is a copy's, unless neither has ever counted."""
    return now > before or (before, now) == (0, 0)


def _tell(passkey: Passkey) -> None:
    kind, data = AccountNotice.Kind.PASSKEY_COPIED, {"name": passkey.name}
    tell(account_id=passkey.account_id, kind=kind, subject_id=passkey.pk, data=data)


def _note_use(passkey: Passkey, signed: Signed) -> None:
    passkey.sign_count, passkey.backed_up = signed.sign_count, signed.backed_up
    passkey.last_used_at = timezone.now()
    passkey.save(update_fields=["sign_count", "backed_up", "last_used_at"])
    credentials.issue(account_id=passkey.account_id, attestation=attester("passkey").attest(signed))
    note_presence(account_id=passkey.account_id, by="passkey")
