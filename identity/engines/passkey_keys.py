"""What a WebAuthn ceremony leaves behind, and how it is refused."""

from __future__ import annotations

from dataclasses import dataclass


class CeremonyRefused(Exception):
    """The response does not verify. `code` is for programs, `sentence` for the person."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A credential as it was registered: `public_key` is a COSE key in CBOR (RFC 9052)."""

    credential_id: bytes
    public_key: bytes
    transports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewKey:
    """A credential that was just made. `aaguid` names the authenticator's model, and is zeros where that is not told."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    aaguid: str
    transports: tuple[str, ...]
    backed_up: bool


@dataclass(frozen=True, slots=True)
class Signed:
    """What an authenticator signed: `sign_count` 0 means that it does not count."""

    sign_count: int
    backed_up: bool
    user_verified: bool
