"""Asks whether a World ID proof holds, and decides. Safe to run twice, at the same time and after any death."""

import json
from collections.abc import Callable
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from common import events
from identity.engines.attestation import Attestation, AttestationRefused, AttestationUnavailable
from identity.engines.world_id_attester import Misconfigured, WorldIdEvidence
from identity.engines.world_id_proof import SubmittedProof
from identity.jobs.credentials import issue
from identity.jobs.locks import only_worker
from identity.jobs.world_id_holders import holder_of
from identity.models import Account, Person, ReviewCase, WorldIdNullifier, WorldIdProof
from identity.queries.attesters import attester
from identity.queries.world_id import another_key_was_used, asked_of, nullifier_keys, require_world_id

log = structlog.get_logger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(minutes=15)
DUPLICATE = (
    "This World ID was used by another account. One person has one account: sign in to that one. If you have lost it,"
    " recover it; if it was never yours, appeal against this, and a person decides."
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
    """Nudge the proofs whose time of the next try has come; forget the digests that nobody may contest any more."""
    now = timezone.now()
    contested = ReviewCase.objects.filter(
        account=OuterRef("account"), about=ReviewCase.About.WORLD_ID, state__in=ReviewCase.UNDECIDED
    )
    past = WorldIdProof.objects.exclude(digest="").filter(decided_at__lt=now - settings.APPEAL_WITHIN)
    past.filter(~Exists(contested)).update(digest="")
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
        holder = holder_of(digest, account_id)
        if holder is None:
            close(proof_id, WorldIdProof.State.REFUSED, "another_world_id", ANOTHER_PERSON)
            return
        if holder != account_id:
            # Kept for as long as the person may contest it.
            WorldIdProof.objects.filter(pk=proof_id).update(digest=digest)
            close(proof_id, WorldIdProof.State.REFUSED, "duplicate", DUPLICATE)
            return
        person, _ = Person.objects.get_or_create(account_id=account_id)
        issue(account_id=account_id, attestation=attestation, person=person, data={"proof": str(proof_id)})
        close(proof_id, WorldIdProof.State.ACCEPTED)


def forget_world_id(*, account_id: int) -> int:
    """Forget the account's nullifier and the proofs that wait; gives the number of nullifiers. Inside a transaction."""
    for proof in WorldIdProof.objects.filter(account_id=account_id, state=WorldIdProof.State.WAITING):
        close(proof.pk, WorldIdProof.State.EXPIRED, "withdrawn", "You withdrew your World ID.")
    WorldIdProof.objects.filter(account_id=account_id).update(digest="")
    deleted, _ = WorldIdNullifier.objects.filter(account_id=account_id).delete()
    return deleted
