"""The result of an IDKit request, as an app hands it to us, and whether it is what we asked for.

Shapes: World's developer documentation, "Integrate IDKit" (IDKit response) and the OpenAPI description "Developer Portal
API" (VerifyV4UniquenessProofRequest, VerifyV4LegacyProofRequest). Nothing that is not named here is sent on.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from identity.engines.attestation import AttestationRefused
from identity.engines.keccak import hash_to_field
from identity.engines.nullifiers import nullifier_number

# "Credentials": issuer schema 1 is Proof of Human, from an Orb; the others are documents, devices and selfies.
PROOF_OF_HUMAN = 1
ORB = "orb"
CLOCK_SKEW_SECONDS = 300
LONGEST_PROOF = 4096

Element = Annotated[str, StringConstraints(pattern=r"^0x[0-9a-fA-F]{1,64}$")]
# A World ID 3.0 proof: eight words as hexadecimal, or a JSON array of them in a string.
Packed = Annotated[str, StringConstraints(pattern=r'^[0-9a-fA-Fx\[\]",\s\\]+$', min_length=3, max_length=LONGEST_PROOF)]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,60}$")]


class Shape(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


class HumanProof(Shape):
    """World ID 4.0."""

    identifier: Name
    signal_hash: Element
    issuer_schema_id: Annotated[int, Field(ge=0, lt=2**63)]
    nullifier: Element
    expires_at_min: Annotated[int, Field(ge=0, lt=2**63)]
    credential_genesis_issued_at_min: Annotated[int | None, Field(ge=0, lt=2**63)] = None
    proof: Annotated[list[Element], Field(min_length=5, max_length=5)]


class OrbProof(Shape):
    """World ID 3.0."""

    identifier: Name
    signal_hash: Element
    merkle_root: Element
    nullifier: Element
    proof: Packed


class Result40(Shape):
    protocol_version: Literal["4.0"]
    nonce: Element
    action: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    environment: Annotated[str, StringConstraints(max_length=20)] = "production"
    responses: Annotated[list[HumanProof], Field(min_length=1, max_length=1)]


class Result30(Shape):
    protocol_version: Literal["3.0"]
    nonce: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    action: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    environment: Annotated[str, StringConstraints(max_length=20)] = "production"
    responses: Annotated[list[OrbProof], Field(min_length=1, max_length=1)]


Result = Result40 | Result30


@dataclass(frozen=True, slots=True)
class Asked:
    """What we asked for. Times in seconds since 1970; `genesis_min` is 0 where any credential will do."""

    protocol: Literal["4.0", "3.0"]
    action: str
    environment: str
    nonce: str
    signal: str
    created_at: int
    genesis_min: int = 0

    @property
    def signal_hash(self) -> int:
        """The field element that the proof must be bound to."""
        return int.from_bytes(hash_to_field(self.signal.encode()))


@dataclass(frozen=True, slots=True)
class SubmittedProof:
    """A result that is what was asked for, as far as can be told without asking the World ID service."""

    result: Result
    nullifier: int

    @classmethod
    def of(cls, given: Any, asked: Asked) -> Self:
        """Read what an app hands in. Raises AttestationRefused with what is wrong with it."""
        result = _read(given, asked.protocol)
        response = result.responses[0]
        if result.action != asked.action:
            raise AttestationRefused("wrong_action", "This proof is for another action than the one we asked for.")
        if result.environment != asked.environment:
            raise AttestationRefused(
                "wrong_environment", f"This proof is from World ID's {result.environment}, not its {asked.environment}."
            )
        if result.nonce.lower() != asked.nonce.lower():
            raise AttestationRefused("wrong_nonce", "This proof answers another request: open one, and answer that.")
        if int(response.signal_hash, 16) != asked.signal_hash:
            raise AttestationRefused("wrong_signal", "This proof was made for another account or another request.")
        _require_orb(response, asked)
        try:
            return cls(result, nullifier_number(response.nullifier))
        except ValueError as error:
            raise AttestationRefused("malformed", f"The proof cannot be read. {error}") from error


def _read(given: Any, protocol: str) -> Result:
    model = Result40 if protocol == "4.0" else Result30
    found = given.get("protocol_version") if isinstance(given, dict) else None
    if found in ("3.0", "4.0") and found != protocol:
        raise AttestationRefused(
            "wrong_protocol",
            f"This server takes World ID {protocol} proofs, and this is one of {found}: one person would count twice.",
        )
    try:
        return model.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "result"
        raise AttestationRefused("malformed", f"The proof cannot be read: {where}: {first['msg']}.") from error


def _require_orb(response: HumanProof | OrbProof, asked: Asked) -> None:
    if isinstance(response, OrbProof):
        if response.identifier != ORB:
            raise AttestationRefused("not_orb", "Only a World ID verified at an Orb shows that you are one person.")
        return
    # The name is the app's own word; the schema's number is an input of the proof.
    if response.issuer_schema_id != PROOF_OF_HUMAN:
        raise AttestationRefused("not_orb", "Only a World ID verified at an Orb shows that you are one person.")
    if response.expires_at_min < asked.created_at - CLOCK_SKEW_SECONDS:
        raise AttestationRefused("credential_expired", "The proof does not show that your World ID is still valid.")
    if (response.credential_genesis_issued_at_min or 0) < asked.genesis_min:
        raise AttestationRefused(
            "credential_too_old", "This server takes only credentials that an Orb issued after a certain day."
        )
