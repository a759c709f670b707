"""What somebody may ask for who has lost their account: a capture that looks for their face, with a secret in a token's place."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from common import rate_limits
from common.problems import Conflict, NotFound, TooMany
from identity.models import Enrolment, ErasureByFace, Recovery
from identity.operations.challenges import Abilities
from identity.operations.enrolments import open_without_account
from identity.queries.enrolments import digest_of
from identity.queries.policies import policy_of


@dataclass(frozen=True, slots=True)
class Asked:
    """A request by face, and the secret that its holder shows from now on; the secret is not kept."""

    request_id: int
    enrolment: Enrolment
    secret: str


def start_recovery(*, address: str, policy_version: str, text_sha256: str, abilities: Abilities) -> Asked:
    """Open a capture that looks for the account of the face. The receipt of the consent is the account's, once found.

    Raises Conflict for a policy that is not the newest, TooMany past the limit of the network address, Problem as
    `open_without_account` does.
    """
    with transaction.atomic():
        asked = _opened(Enrolment.Purpose.RECOVERY, address, policy_version, text_sha256, abilities)
        row = Recovery.objects.create(
            enrolment=asked.enrolment,
            secret_sha256=digest_of(asked.secret),
            policy_version=policy_version,
            text_sha256=text_sha256.lower(),
        )
    return Asked(row.pk, asked.enrolment, asked.secret)


def ask_for_erasure(*, address: str, policy_version: str, text_sha256: str, abilities: Abilities) -> Asked:
    """Open a capture that erases what is kept of the face, at once. Raises as `start_recovery` does."""
    with transaction.atomic():
        asked = _opened(Enrolment.Purpose.ERASURE, address, policy_version, text_sha256, abilities)
        row = ErasureByFace.objects.create(
            enrolment=asked.enrolment, policy_version=policy_version, text_sha256=text_sha256.lower()
        )
    return Asked(row.pk, asked.enrolment, asked.secret)


def own_erasure_by_face(*, request_id: int, secret: str) -> ErasureByFace:
    """The request whose secret is shown. Raises NotFound, also for another's."""
    mine = ErasureByFace.objects.select_related("enrolment", "receipt")
    found = mine.filter(pk=request_id, enrolment__secret_sha256=digest_of(secret)).first()
    if found is None:
        raise NotFound("You have no request with this id.", code="no_erasure")
    return found


def _opened(
    purpose: Enrolment.Purpose, address: str, policy_version: str, text_sha256: str, abilities: Abilities
) -> Asked:
    policy = policy_of("biometric_check")
    if policy is None or (policy.version, policy.text_sha256) != (policy_version, text_sha256.lower()):
        version = policy.version if policy else "none"
        raise Conflict(
            f"The policy of biometric_check is now version {version}: read it, then consent to that version and text.",
            code="policy_outdated",
            field="policy_version",
            more={"policies": f"{settings.PUBLIC_URL}/api/humankind/v1/policies"},
        )
    limit = settings.RECOVERIES_PER_HOUR
    if rate_limits.spend("by_face", who=f"address:{address}", limit=limit, minutes=60).exceeded:
        raise TooMany(
            f"From one network address {limit} recoveries and erasures by face may begin in an hour: try again later.",
            limit=limit,
            more={"retry_after": 3600},
        )
    opened = open_without_account(address=address, purpose=purpose, abilities=abilities)
    return Asked(opened.enrolment.pk, opened.enrolment, opened.secret)
