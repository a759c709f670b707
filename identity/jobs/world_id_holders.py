"""Whose nullifier is whose. Call everything here inside the transaction of what it belongs to."""

from django.db import IntegrityError, transaction

from common import events
from common.problems import Conflict
from identity.engines.attestation import Attestation
from identity.jobs.credentials import end, issue
from identity.jobs.notices import tell
from identity.models import Account, AccountNotice, Credential, Person, WorldIdNullifier, WorldIdProof
from identity.queries.world_id import contested_proof, nullifier_keys

KIND = Credential.Kind.WORLD_ID


def holder_of(digest: str, account_id: int) -> int | None:
    """The account of this nullifier, ours from now on if it had none; None when ours has another nullifier.

    Of two accounts at the same instant the second waits here until the first has committed, and then finds its row.
    """
    try:
        with transaction.atomic():
            row, _ = WorldIdNullifier.objects.get_or_create(
                digest=digest, defaults={"account_id": account_id, "key_check": nullifier_keys().check_value()}
            )
    except IntegrityError:
        # Not this digest, for get_or_create would have found it: the account's own row has another.
        return None
    return row.account_id


def move_world_id(*, account_id: int) -> None:
    """Give the account the nullifier that it contested, as a reviewer decided; the account that had it loses what rested on it.

    Raises Conflict where the account has another World ID by now, or the proof is too long ago.
    """
    proof = contested_proof(account_id)
    if proof is None:
        raise Conflict("The proof of this case is gone: the person must hand in another.", code="proof_gone")
    held = WorldIdNullifier.objects.select_for_update().filter(digest=proof.digest).first()
    if held and held.account_id != account_id:
        end(account_id=held.account_id, reason="world_id_moved", kinds=[KIND])
        tell(account_id=held.account_id, kind=AccountNotice.Kind.WORLD_ID_MOVED, subject_id=proof.pk)
        held.delete()
    Account.objects.select_for_update(no_key=True).get(pk=account_id)
    if holder_of(proof.digest, account_id) != account_id:
        raise Conflict("This account has another World ID by now.", code="another_world_id")
    person, _ = Person.objects.get_or_create(account_id=account_id)
    method = f"world-id-orb-{proof.request.protocol}-reviewed"
    issue(account_id=account_id, attestation=Attestation(kind=KIND, level="unique", method=method), person=person)
    WorldIdProof.objects.filter(account_id=account_id).update(digest="")
    events.record("world_id.moved", account_id=account_id, subject_id=proof.pk)
