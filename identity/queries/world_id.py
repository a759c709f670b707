"""Reads of World ID: our registration, one's own proofs, and what a request asks for."""

from functools import lru_cache

from django.conf import settings

from common.problems import NotFound
from identity.engines.nullifiers import NullifierKeys
from identity.engines.world_id_attester import WorldIdService
from identity.engines.world_id_proof import Asked
from identity.models import WorldIdNullifier, WorldIdProof, WorldIdRequest


def require_world_id() -> WorldIdService:
    """Our registration with World's service. Raises NotFound where this server has none."""
    if not settings.WORLD_ID_APP_ID:
        raise NotFound("This server does not take World ID proofs.", code="world_id_off")
    return WorldIdService(settings.WORLD_ID_URL, settings.WORLD_ID_APP_ID, settings.WORLD_ID_RP_ID)


def nullifier_keys() -> NullifierKeys:
    """The keys of the root secret that settings name."""
    return _keys(settings.PSEUDONYM_ROOT_SECRET)


def another_key_was_used() -> bool:
    """Whether a nullifier was stored under other keys than ours: then nobody known would be known again."""
    return WorldIdNullifier.objects.exclude(key_check=nullifier_keys().check_value()).exists()


def asked_of(request: WorldIdRequest) -> Asked:
    """What a request asks for, with the signal that only we can derive."""
    return Asked(
        protocol="4.0" if request.protocol == WorldIdRequest.Protocol.V4 else "3.0",
        action=request.action,
        environment=request.environment,
        nonce=request.nonce,
        signal=nullifier_keys().signal(account_id=request.account_id, request_id=request.pk),
        created_at=int(request.created_at.timestamp()),
        genesis_min=request.genesis_min,
    )


def own_proof(*, proof_id: int, account_id: int) -> WorldIdProof:
    """The account's own proof. Raises NotFound, also for somebody else's."""
    found = WorldIdProof.objects.filter(pk=proof_id, account_id=account_id).first()
    if found is None:
        raise NotFound("You have no World ID proof with this id.", code="no_proof")
    return found


def contested_proof(account_id: int) -> WorldIdProof | None:
    """The account's newest proof that was refused as a duplicate and can still be contested."""
    refused = WorldIdProof.objects.filter(account_id=account_id, state=WorldIdProof.State.REFUSED, code="duplicate")
    return refused.exclude(digest="").select_related("request").order_by("-pk").first()


@lru_cache(maxsize=4)
def _keys(root_secret: str) -> NullifierKeys:
    return NullifierKeys.of(root_secret)
