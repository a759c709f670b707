"""A new passkey for somebody who is signed in."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from common import events
from common.problems import Conflict, Problem
from identity.engines.passkey_keys import CeremonyRefused, NewKey, Signed
from identity.jobs import credentials
from identity.jobs.notices import tell
from identity.models import Account, AccountNotice, Passkey, PasskeyCeremony
from identity.models.passkey import LONGEST_NAME
from identity.operations.passkeys.ceremonies import MILLISECONDS, count, open_ceremony, refused, spend_ceremony
from identity.operations.passkeys.ownership import Proof, require_owner
from identity.queries.attesters import attester
from identity.queries.passkeys import known_key, passkeys_of, relying_party, user_handle

MOST_PASSKEYS = 20
IN_AN_HOUR = 60
NO_PROOF = Proof()


def begin_registration(*, account_id: int, proof: Proof = NO_PROOF, proven: bool = False) -> dict[str, Any]:
    """Ask the person's device for a new key pair; gives `public_key` for the browser's `navigator.credentials.create`.

    `proven` says that the caller knows by other means that this is the owner, as a recovery does. Raises NotAllowed
    without proof, Conflict at 20 passkeys, TooMany.
    """
    party = relying_party()
    count("registration", who=f"account:{account_id}", limit=IN_AN_HOUR, minutes=60)
    if not proven:
        require_owner(account_id=account_id, proof=proof)
    passkeys = passkeys_of(account_id)
    # A recovery ends all of these before it keeps the new one.
    _require_room(0 if proven else len(passkeys))
    challenge = open_ceremony(purpose=PasskeyCeremony.Purpose.REGISTER, account_id=account_id)
    options = party.creation_options(
        challenge=challenge.value,
        handle=user_handle(account_id),
        username=Account.objects.get(pk=account_id).username,
        existing=[known_key(passkey) for passkey in passkeys],
        milliseconds=MILLISECONDS,
    )
    return {"public_key": options}


def complete_registration(*, account_id: int, response: Mapping[str, Any], name: str = "") -> Passkey:
    """Keep the public half of the new key pair, and issue a credential of level "present".

    Raises Conflict for a stale or used challenge, for a credential that is registered already, with this account or
    another, and at 20 passkeys; Problem for a response that does not verify.
    """
    named = named_well(name or "Passkey")
    challenge = spend_ceremony(response=response, purpose=PasskeyCeremony.Purpose.REGISTER, account_id=account_id)
    try:
        made = relying_party().verify_registration(response, challenge=challenge)
    except CeremonyRefused as refusal:
        raise refused(refusal) from refusal
    try:
        with transaction.atomic():
            Account.objects.select_for_update(no_key=True).get(pk=account_id)
            _require_room(len(passkeys_of(account_id)))
            return _keep(account_id, made, named)
    except IntegrityError as error:
        raise Conflict("This passkey is registered already.", code="passkey_taken") from error


def named_well(name: str) -> str:
    """A name as it is kept. Raises Problem for one that is empty, too long or not printable."""
    name = name.strip()
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise Problem(
            f"A passkey's name has 1 to {LONGEST_NAME} printable characters.", field="name", limit=LONGEST_NAME
        )
    return name


def _keep(account_id: int, made: NewKey, name: str) -> Passkey:
    passkey = Passkey.objects.create(
        account_id=account_id,
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        aaguid=uuid.UUID(made.aaguid),
        name=name,
        transports=list(made.transports),
        backed_up=made.backed_up,
    )
    events.record("passkey.registered", account_id=account_id, subject_id=passkey.pk)
    kind, data = AccountNotice.Kind.PASSKEY_ADDED, {"name": name}
    tell(account_id=account_id, kind=kind, subject_id=passkey.pk, data=data)
    signed = Signed(made.sign_count, made.backed_up, user_verified=True)
    credentials.issue(account_id=account_id, attestation=attester("passkey").attest(signed))
    return passkey


def _require_room(number: int) -> None:
    if number >= MOST_PASSKEYS:
        raise Conflict(
            f"You have {MOST_PASSKEYS} passkeys, and no more are kept: remove one first.",
            code="too_many_passkeys",
            limit=MOST_PASSKEYS,
        )
