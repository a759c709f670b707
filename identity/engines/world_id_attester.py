"""World ID: asks World's Developer Portal whether a proof holds.

World ID 4.0 by `POST /api/v4/verify/{rp_id}`, 3.0 by `POST /api/v2/verify/{app_id}`, as the OpenAPI description "Developer
Portal API" and the pages "Errors" and "API Reference" of World's developer documentation have them; codes that only the
published source of the service names (worldcoin/developer-portal) are marked. The portal also calls a nullifier that it
has seen before a success: that one nullifier is one account is for us to keep.
"""

import json
import time
from dataclasses import dataclass
from typing import Any

import requests

from identity.engines.attestation import Attestation, AttestationRefused, AttestationUnavailable
from identity.engines.world_id_proof import HumanProof, OrbProof, Result30, Result40, SubmittedProof

CONNECT_SECONDS, READ_SECONDS, TOTAL_SECONDS = 3.05, 6.0, 10.0
MOST_BYTES = 64 * 1024
# The documentation asks for one, and says that requests without may be rejected.
USER_AGENT = "humankind/1"
# The age of a 3.0 proof's Merkle root: a proof that had to wait must still be taken (3,600 to 604,800 are allowed).
MAX_ROOT_AGE = 86_400

TRY_LATER = "World ID cannot tell at the moment. Your proof is kept, and we ask again."
# Faults of the service, not of the proof. `prover_error` and `verification_failed` are from the source: the latter is
# also what a verifier that could not be reached looks like.
TRANSIENT = frozenset({"internal_error", "internal_api_error", "prover_error", "verification_failed"})
# "The Developer Portal faced an internal error" (Errors) from the endpoint of 3.0; that of 4.0 also says it of bad proofs.
INTERNAL_30 = "verification_error"
# Faults of our own registration with the service: for the operators to mend, and no reason to refuse anybody.
OURS = frozenset(
    {
        "not_found",
        "app_not_migrated",
        "rp_not_active",
        "action_inactive",
        "invalid_action",
        "invalid_engine",
        "configuration_error",
        "staging_verification_not_allowed",
        "unauthenticated",
        "permission_denied",
    }
)
AGAIN = "Please make a new one: open a request and scan its code with World App."
SENTENCES = {
    "invalid_proof": f"World ID says that this proof does not hold. {AGAIN}",
    "invalid_merkle_root": f"World ID does not know the state that this proof was made in. {AGAIN}",
    "invalid_root": f"World ID does not know the state that this proof was made in. {AGAIN}",
    "root_too_old": f"This proof is too old. {AGAIN}",
    "outdated_nullifier": f"This proof is too old. {AGAIN}",
    "nullifier_from_future": "The proof's time lies in the future: set your telephone's clock right, and try again.",
    "environment_mismatch": "This proof is from World ID's simulator, or from another environment than ours.",
    "invalid_credential_issuer": "This proof is of a credential that World ID does not know.",
}
# Said before the proof is looked at, so it does not show that the proof holds.
SPENT = frozenset({"max_verifications_reached", "exceeded_max_verifications", "already_verified"})
SPENT_SENTENCE = "World ID has let this person be verified here as often as this server's registration allows: write to the operators."


@dataclass(frozen=True, slots=True)
class WorldIdService:
    """The service and our registration with it. `url` has no slash at its end."""

    url: str
    app_id: str
    rp_id: str


@dataclass(frozen=True, slots=True)
class WorldIdEvidence:
    """A proof that is what was asked for, and whom to ask whether it holds."""

    submitted: SubmittedProof
    service: WorldIdService


class Misconfigured(AttestationUnavailable):
    """The service does not know us, or not as we say: `code` is its word for it."""

    def __init__(self, code: str) -> None:
        super().__init__(TRY_LATER)
        self.code = code


class WorldIdAttester:
    """Attests uniqueness: an Orb has seen this person once."""

    kind = "world_id"

    def attest(self, evidence: WorldIdEvidence) -> Attestation:
        """Raises AttestationRefused, or AttestationUnavailable when the service cannot tell."""
        result = evidence.submitted.result
        if isinstance(result, Result40):
            path, body = f"/api/v4/verify/{evidence.service.rp_id}", _body_40(result)
        else:
            path, body = f"/api/v2/verify/{evidence.service.app_id}", _body_30(result.action, result.responses[0])
        status, answer = _ask(evidence.service.url + path, body)
        if status == requests.codes.ok:
            _require_said(answer, evidence.submitted)
            return Attestation(kind=self.kind, level="unique", method=f"world-id-orb-{result.protocol_version}")
        raise _refusal(answer, legacy=isinstance(result, Result30))


def _body_40(result: Result40) -> dict[str, Any]:
    return result.model_dump(exclude_none=True)


def _body_30(action: str, response: OrbProof) -> dict[str, Any]:
    return {
        "action": action,
        "signal_hash": response.signal_hash.lower(),
        "proof": response.proof,
        "merkle_root": response.merkle_root,
        "nullifier_hash": response.nullifier,
        "verification_level": response.identifier,
        "max_age": MAX_ROOT_AGE,
    }


def _ask(url: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Status and JSON object of the answer, in bounded time and size. Raises AttestationUnavailable."""
    deadline = time.monotonic() + TOTAL_SECONDS
    try:
        with requests.post(
            url,
            json=body,
            headers={"User-Agent": USER_AGENT, "Accept": "application/json"},
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            allow_redirects=False,
            stream=True,
        ) as response:
            status = response.status_code
            received = bytearray()
            for part in response.iter_content(8192):
                received += part
                if len(received) > MOST_BYTES or time.monotonic() > deadline:
                    raise AttestationUnavailable(TRY_LATER)
    except requests.RequestException as error:
        raise AttestationUnavailable(TRY_LATER) from error
    if status != requests.codes.ok and not 400 <= status < 500:
        raise AttestationUnavailable(TRY_LATER)
    if status in (requests.codes.request_timeout, requests.codes.too_many_requests):
        raise AttestationUnavailable(TRY_LATER)
    try:
        answer = json.loads(received)
    except ValueError as error:
        raise AttestationUnavailable(TRY_LATER) from error
    if not isinstance(answer, dict):
        raise AttestationUnavailable(TRY_LATER)
    return status, answer


def _require_said(answer: dict[str, Any], submitted: SubmittedProof) -> None:
    """A success must be of this very proof. Raises Misconfigured for one that is not."""
    said = answer.get("nullifier", answer.get("nullifier_hash"))
    try:
        same = int(str(said), 16) == submitted.nullifier
    except ValueError:
        same = False
    results = answer.get("results", [])
    if answer.get("success") is not True or not same or answer.get("action") != submitted.result.action:
        raise Misconfigured("unexpected_answer")
    if isinstance(submitted.result, Result40):
        protocol = answer.get("protocol_version", "4.0")
        held = [each for each in results if isinstance(each, dict) and each.get("success") is True]
        expected = submitted.result.responses[0]
        if (
            protocol != "4.0"
            or len(held) != 1
            or held[0].get("issuer_schema_id", _schema(expected)) != _schema(expected)
        ):
            raise Misconfigured("unexpected_answer")


def _schema(response: HumanProof) -> int:
    return response.issuer_schema_id


def _refusal(answer: dict[str, Any], *, legacy: bool) -> AttestationRefused | AttestationUnavailable:
    code = str(answer.get("code", ""))[:60]
    results = answer.get("results")
    # The whole has one word for every failure; that of the proof says more.
    if code == "all_verifications_failed" and isinstance(results, list) and results and isinstance(results[0], dict):
        code = str(results[0].get("code", code))[:60]
    if code in TRANSIENT or (legacy and code == INTERNAL_30):
        return AttestationUnavailable(TRY_LATER)
    if code in OURS:
        return Misconfigured(code)
    if code in SPENT:
        return AttestationRefused("already_verified", SPENT_SENTENCE)
    known = code if code in SENTENCES else "proof_refused"
    return AttestationRefused(known, SENTENCES.get(code, f"World ID has refused this proof. {AGAIN}"))
