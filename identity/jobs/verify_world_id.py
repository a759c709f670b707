"""Asks whether a World ID proof holds, and decides. Safe to run twice, at the same time and after any death."""

import json
from collections.abc import Callable
from datetime import timedelta

import structlog
from django.db import IntegrityError, transaction
from django.utils import timezone

from common import events
from identity.engines.attestation import Attestation, AttestationRefused, AttestationUnavailable
from identity.engines.world_id_attester import Misconfigured, WorldIdEvidence
from identity.engines.world_id_proof import SubmittedProof
from identity.jobs.credentials import issue
from identity.jobs.locks import only_worker
from identity.models import Account, Person, WorldIdNullifier, WorldIdProof
from identity.queries.attesters import attester
from identity.queries.world_id import another_key_was_used, asked_of, nullifier_keys, require_world_id

log = structlog.get_logger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(minutes=15)
DUPLICATE = (
    "This World ID was used by another account. One person has one account: sign in to that one. If you have lost it,"
    " recover it; if you never had it, ask the operators to look at it."
)
ANOTHER_PERSON = (
    "This account was admitted with another World ID before. An account belongs to one person: if both are yours, ask"
    " the operators to look at it."
)
EXPIRED = "World ID could not tell in time whether this proof holds. Please make a new one."


def verify_world_id(proof_id: int) -> None:
    """Decide a proof that waits; when nobody can tell, set the time of the next try."""
    with only_worker(proof_id) as ours:
        if not ours:
            return
        proof = WorldIdProof.objects.select_related("request").filter(pk=proof_id).first()
        if proof is None or proof.state != WorldIdProof.State.WAITING:
            return
        if proof.expires_at <= timezone.now():
            close(proof_id, WorldIdProof.State.EXPIRED, "expired", EXPIRED)
            return
        try:
            submitted = SubmittedProof.of(_opened(proof), asked_of(proof.request))
            attestation = attester("world_id").attest(WorldIdEvidence(submitted, require_world_id()))
            if another_key_was_used():
                raise Misconfigured("nullifier_key_differs")
        except AttestationRefused as refusal:
            close(proof_id, WorldIdProof.State.REFUSED, refusal.code, refusal.sentence)
        except AttestationUnavailable as outage:
            _put_off(proof, outage)
        else:
            _admit(proof_id, nullifier_keys().digest(submitted.nullifier), attestation)


def sweep_world_id(*, nudge: Callable[[int], object], limit: int = 500) -> None:
    """Nudge the proofs whose time of the next try has come; the others keep theirs."""
    now = timezone.now()
    due = WorldIdProof.objects.filter(state=WorldIdProof.State.WAITING, next_try_at__lte=now)
    for proof_id in due.order_by("next_try_at").values_list("pk", flat=True)[:limit]:
        # A long queue must not be filled up with the same nudge.
        WorldIdProof.objects.filter(pk=proof_id, next_try_at__lte=now).update(next_try_at=now + FIRST_PAUSE)
        nudge(proof_id)


def close(proof_id: int, state: WorldIdProof.State, code: str = "", sentence: str = "") -> None:
    """Write the outcome of a proof that waits, and drop the proof itself."""
    with transaction.atomic():
        proof = WorldIdProof.objects.select_for_update().get(pk=proof_id)
        if proof.state != WorldIdProof.State.WAITING:
            return
        proof.state, proof.code, proof.sentence = state, code, sentence
        proof.sealed, proof.decided_at = None, timezone.now()
        proof.save()
        events.record(
            "world_id.decided",
            account_id=proof.account_id,
            subject_id=proof.pk,
            data={"state": state.value, "code": code},
        )


def _opened(proof: WorldIdProof) -> object:
    try:
        return json.loads(nullifier_keys().open(bytes(proof.sealed or b""), bound_to=place_of(proof.request_id)))
    except ValueError as error:
        raise Misconfigured("nullifier_key_differs") from error


def place_of(request_id: int) -> str:
    """What a waiting proof's seal is bound to."""
    return f"World ID request {request_id}"


def _put_off(proof: WorldIdProof, outage: AttestationUnavailable) -> None:
    pause = min(FIRST_PAUSE * 2 ** min(proof.tries, 10), LONGEST_PAUSE)
    WorldIdProof.objects.filter(pk=proof.pk, state=WorldIdProof.State.WAITING).update(
        tries=proof.tries + 1, next_try_at=min(timezone.now() + pause, proof.expires_at)
    )
    if isinstance(outage, Misconfigured):
        log.error("world_id_misconfigured", proof_id=proof.pk, problem=outage.code)
    else:
        log.warning("world_id_unavailable", proof_id=proof.pk, tries=proof.tries + 1)


def _admit(proof_id: int, digest: str, attestation: Attestation) -> None:
    with transaction.atomic():
        proof = WorldIdProof.objects.select_for_update().get(pk=proof_id)
        if proof.state != WorldIdProof.State.WAITING:
            return
        account_id = proof.account_id
        Account.objects.select_for_update(no_key=True).get(pk=account_id)
        holder = _holder_of(digest, account_id)
        if holder != account_id:
            sentence = DUPLICATE if holder else ANOTHER_PERSON
            code = "duplicate" if holder else "another_world_id"
            close(proof_id, WorldIdProof.State.REFUSED, code, sentence)
            return
        person, _ = Person.objects.get_or_create(account_id=account_id)
        issue(account_id=account_id, attestation=attestation, person=person, data={"proof": str(proof_id)})
        close(proof_id, WorldIdProof.State.ACCEPTED)


def _holder_of(digest: str, account_id: int) -> int | None:
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


def forget_world_id(*, account_id: int) -> int:
    """Forget the account's nullifier and the proofs that wait; gives the number of nullifiers. Inside a transaction."""
    for proof in WorldIdProof.objects.filter(account_id=account_id, state=WorldIdProof.State.WAITING):
        close(proof.pk, WorldIdProof.State.EXPIRED, "withdrawn", "You withdrew your World ID.")
    deleted, _ = WorldIdNullifier.objects.filter(account_id=account_id).delete()
    return deleted
