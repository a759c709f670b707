"""Admission by World ID: ask for a proof, hand it in, withdraw it."""

import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from common.after_commit import after_commit
from common.problems import Conflict, NotFound, Problem, TooMany
from identity.engines.attestation import AttestationRefused
from identity.engines.keccak import hash_to_field
from identity.engines.rp_signature import RpContext, sign_request
from identity.engines.world_id_proof import Asked, SubmittedProof
from identity.jobs.credentials import end
from identity.jobs.notices import tell
from identity.jobs.review_cases import open_case
from identity.jobs.verify_world_id import FIRST_PAUSE, forget_world_id, place_of, verify_world_id
from identity.models import (
    Account,
    AccountNotice,
    Credential,
    ReviewCase,
    WorldIdNullifier,
    WorldIdProof,
    WorldIdRequest,
)
from identity.models.review import LONGEST_STATEMENT
from identity.queries.age import require_age
from identity.queries.world_id import asked_of, contested_proof, nullifier_keys, own_proof, require_world_id
from identity.tasks import verify_world_id as verification

REQUESTS_PER_HOUR = 20
# World's "RP Signatures" sets 300 s; a person fetches their telephone first.
REQUEST_SECONDS = 600
PROOF_KEPT = timedelta(hours=24)
MOST_CHARACTERS = 16_384


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A request as an app needs it for IDKit; without `context` for World ID 3.0, which signs no requests."""

    row: WorldIdRequest
    asked: Asked
    context: RpContext | None


def open_request(*, account_id: int) -> OpenRequest:
    """Draw a nonce and sign the request with our key.

    Raises NotFound where World ID is off, NotAllowed for whoever said to be too young, and TooMany past the limit of an hour.
    """
    require_world_id()
    require_age(account_id, answered=False)
    now = timezone.now()
    if (
        WorldIdRequest.objects.filter(account_id=account_id, created_at__gt=now - timedelta(hours=1)).count()
        >= REQUESTS_PER_HOUR
    ):
        raise TooMany(
            f"An account may open {REQUESTS_PER_HOUR} World ID requests in an hour: rest a while, then try again.",
            limit=REQUESTS_PER_HOUR,
            more={"retry_after": 3600},
        )
    random, created_at = secrets.token_bytes(32), int(now.timestamp())
    context = None
    if settings.WORLD_ID_RP_ID:
        key = bytes.fromhex(settings.WORLD_ID_SIGNING_KEY.removeprefix("0x"))
        context = sign_request(
            key, action=settings.WORLD_ID_ACTION, random=random, created_at=created_at, seconds=REQUEST_SECONDS
        )
    row = WorldIdRequest.objects.create(
        account_id=account_id,
        protocol=WorldIdRequest.Protocol.V4 if context else WorldIdRequest.Protocol.V3,
        action=settings.WORLD_ID_ACTION,
        environment=settings.WORLD_ID_ENVIRONMENT,
        nonce=context.nonce if context else "0x" + hash_to_field(random).hex(),
        genesis_min=settings.WORLD_ID_CREDENTIAL_SINCE if context else 0,
        created_at=now,
        deadline=now + timedelta(seconds=REQUEST_SECONDS),
    )
    return OpenRequest(row, asked_of(row), context)


def submit_proof(*, account_id: int, request_id: int, result: Any) -> WorldIdProof:
    """Hand in a result of IDKit; asks the service at once. Handing in the same again gives the same proof.

    Raises NotFound for somebody else's request, Conflict for a request that is used or past its deadline or a World ID of
    another account, Problem (422) for a proof that is refused, and Problem (503) while nobody can tell: the proof is
    kept, looked at again until it expires, and its id is in the problem.
    """
    require_world_id()
    request = WorldIdRequest.objects.filter(pk=request_id, account_id=account_id).first()
    if request is None:
        raise NotFound("You have no World ID request with this id.", code="no_request")
    content = json.dumps(result, sort_keys=True).encode()
    if len(content) > MOST_CHARACTERS:
        raise Problem(f"A result has at most {MOST_CHARACTERS} characters.", field="result", limit=MOST_CHARACTERS)
    proof = _known(request, content) or _kept(request, content, result)
    if proof.state == WorldIdProof.State.WAITING:
        verify_world_id(proof.pk)
        proof.refresh_from_db()
    return _outcome(proof)


def withdraw_world_id(*, account_id: int) -> None:
    """Forget the account's nullifier and end what rests on it; the person may use their World ID elsewhere then.

    Raises NotFound when the account has none.
    """
    with transaction.atomic():
        Account.objects.select_for_update(no_key=True).get(pk=account_id)
        if not forget_world_id(account_id=account_id):
            raise NotFound("This account has no World ID.", code="no_world_id")
        end(account_id=account_id, reason="withdrawn", kinds=[Credential.Kind.WORLD_ID])


def contest_refusal(*, account_id: int, proof_id: int, text: str) -> ReviewCase:
    """Let a person decide on a World ID that another account has; a retry gets the case that is open.

    The other account is told. Raises NotFound, Problem for words that are none or too many, and Conflict for a refusal that
    was for something else or is too long ago, or while another review is open.
    """
    text = text.strip()
    if not text or len(text) > LONGEST_STATEMENT:
        raise Problem(f"A statement has 1 to {LONGEST_STATEMENT:,} characters.", field="text", limit=LONGEST_STATEMENT)
    own_proof(proof_id=proof_id, account_id=account_id)
    with transaction.atomic():
        Account.objects.select_for_update(no_key=True).get(pk=account_id)
        kind = ReviewCase.Kind.WORLD_ID_TAKEN
        undecided = ReviewCase.objects.filter(account_id=account_id, state__in=ReviewCase.UNDECIDED)
        earlier = undecided.filter(about=ReviewCase.About.WORLD_ID).first()
        if earlier and earlier.kind == kind:
            return earlier
        if earlier:
            raise Conflict("Your appeal about a World ID is open: it comes first.", code="review_open")
        proof = contested_proof(account_id)
        if proof is None or proof.pk != proof_id:
            raise Conflict(
                "Only your newest proof that was refused as another account's can be contested, for"
                f" {settings.APPEAL_WITHIN.days} days.",
                code="not_contestable",
                limit=settings.APPEAL_WITHIN.days,
            )
        case = open_case(account_id=account_id, kind=kind, reasons=[{"code": proof.code, "sentence": proof.sentence}])
        case.statement, case.statements = text, 1
        case.save(update_fields=["statement", "statements"])
        if holder := WorldIdNullifier.objects.filter(digest=proof.digest).first():
            until = {"until": case.deadline.isoformat()}
            contested = AccountNotice.Kind.WORLD_ID_CONTESTED
            tell(account_id=holder.account_id, kind=contested, subject_id=case.pk, data=until)
    return case


def _known(request: WorldIdRequest, content: bytes) -> WorldIdProof | None:
    proof = WorldIdProof.objects.filter(request=request).first()
    if proof and proof.fingerprint != nullifier_keys().fingerprint(content):
        raise Conflict("This request was answered with another proof: open a new one.", code="request_used")
    return proof


def _kept(request: WorldIdRequest, content: bytes, result: Any) -> WorldIdProof:
    if request.deadline < timezone.now():
        raise Conflict(
            f"The {REQUEST_SECONDS // 60} minutes of this request have passed: open a new one.",
            code="deadline_passed",
            limit=REQUEST_SECONDS // 60,
        )
    try:
        SubmittedProof.of(result, asked_of(request))
    except AttestationRefused as refusal:
        raise Problem(refusal.sentence, code=refusal.code, field="result") from refusal
    now = timezone.now()
    try:
        with transaction.atomic():
            return WorldIdProof.objects.create(
                account_id=request.account_id,
                request=request,
                fingerprint=nullifier_keys().fingerprint(content),
                sealed=nullifier_keys().seal(content, bound_to=place_of(request.pk)),
                next_try_at=now + FIRST_PAUSE,
                expires_at=now + PROOF_KEPT,
            )
    except IntegrityError:
        # The same request was answered at this very instant, by a retry or with something else.
        known = _known(request, content)
        if known is None:
            raise
        return known


def _outcome(proof: WorldIdProof) -> WorldIdProof:
    more = {"proof": str(proof.pk)}
    match proof.state:
        case WorldIdProof.State.ACCEPTED:
            return proof
        case WorldIdProof.State.WAITING:
            after_commit(verification.apply_async, (proof.pk,), countdown=FIRST_PAUSE.seconds)
            raise Problem(
                "World ID cannot be asked at the moment. Your proof is kept and we ask again; there is nothing to send anew.",
                code="world_id_unavailable",
                status=503,
                more=more | {"retry_after": FIRST_PAUSE.seconds},
            )
    if proof.code in ("duplicate", "another_world_id"):
        raise Conflict(proof.sentence, code=proof.code, more=more)
    raise Problem(proof.sentence, code=proof.code, more=more)
