"""A release's manifest: an in-toto statement in a DSSE envelope, signed with Ed25519, naming every file's SHA-256.

Envelope and what is signed: DSSE 1.0 (github.com/secure-systems-lab/dsse). Statement: in-toto attestation v1.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from humankind_data.failures import Refused

FILE_NAME = "manifest.dsse.json"
RETRACTIONS = "retractions.parquet"
LARGEST = 64 * 1024 * 1024
PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "urn:humankind:training-release:1"


@dataclass(frozen=True)
class ReleaseFile:
    """One file that the signature covers; `path` is relative to the release's folder, `size` in bytes."""

    path: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """What the signature covers. `parent_sha256` is the SHA-256 of the parent's manifest file, "" for the first release."""

    dataset: str
    purpose: str
    schema_version: int
    number: int
    published: str
    parent_number: int
    parent_sha256: str
    counts: Mapping[str, int]
    files: tuple[ReleaseFile, ...]
    sha256: str

    @property
    def digests(self) -> dict[str, str]:
        """{path: SHA-256}"""
        return {file.path: file.sha256 for file in self.files}


def open_signed(content: bytes, *, public_key: str) -> Manifest:
    """The manifest in a manifest file's bytes, once its signature was found true. Raises Refused."""
    if len(content) > LARGEST:
        raise Refused(f"The manifest is larger than {LARGEST} bytes.")
    try:
        envelope = json.loads(content)
        payload = base64.b64decode(envelope["payload"], validate=True)
        kind = envelope["payloadType"]
        signatures = [base64.b64decode(each["sig"], validate=True) for each in envelope["signatures"]]
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise Refused("The manifest is not a DSSE envelope.") from error
    key = parsed_key(public_key)
    if kind != PAYLOAD_TYPE or not any(_is_signed(key, signature, payload) for signature in signatures):
        raise Refused("The manifest is not signed by the pinned key.")
    try:
        return _of_statement(json.loads(payload), hashlib.sha256(content).hexdigest())
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise Refused("The manifest lacks something that a training release has.") from error


def parsed_key(public_key: str) -> Ed25519PublicKey:
    """The key in 64 hexadecimal digits; raises Refused."""
    try:
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
    except ValueError as error:
        raise Refused("The public key is 64 hexadecimal digits.") from error


def sha256_of(path: Path) -> str:
    """A file's SHA-256 as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_successor(manifest: Manifest, parent: Manifest) -> None:
    """Raises Refused unless `manifest` names `parent` as the release that it was made from."""
    if manifest.dataset != parent.dataset:
        raise Refused(f"Release {manifest.number} is of dataset {manifest.dataset}, and not of {parent.dataset}.")
    if manifest.number != parent.number + 1 or manifest.parent_number != parent.number:
        raise Refused(f"Release {manifest.number} does not follow release {parent.number}.")
    if manifest.parent_sha256 != parent.sha256:
        raise Refused(f"Release {manifest.number} was made from another release {parent.number} than the one here.")


def _of_statement(statement: Any, sha256: str) -> Manifest:
    if statement["_type"] != STATEMENT_TYPE or statement["predicateType"] != PREDICATE_TYPE:
        raise Refused("The manifest is not one of a training release.")
    predicate = statement["predicate"]
    digests = {str(subject["name"]): str(subject["digest"]["sha256"]) for subject in statement["subject"]}
    files = tuple(
        ReleaseFile(_inside(str(row["path"])), digests[str(row["path"])], int(row["size"]))
        for row in predicate["files"]
    )
    if not len(digests) == len(files) == len({file.path for file in files}) == len(statement["subject"]):
        raise Refused("The manifest does not name each file once.")
    if any(len(file.sha256) != 64 or set(file.sha256) - set("0123456789abcdef") or file.size < 0 for file in files):
        raise Refused("The manifest names a file without a SHA-256 or a size.")
    return Manifest(
        dataset=str(predicate["dataset"]),
        purpose=str(predicate["purpose"]),
        schema_version=int(predicate["schema_version"]),
        number=int(predicate["number"]),
        published=str(predicate["published"]),
        parent_number=int(predicate["parent_number"]),
        parent_sha256=str(predicate["parent_sha256"]),
        counts={str(name): int(count) for name, count in predicate["counts"].items()},
        files=files,
        sha256=sha256,
    )


def _inside(path: str) -> str:
    """The path itself; raises Refused where it would leave the release's folder, or hide in it."""
    parts = PurePosixPath(path).parts
    sound = parts and str(PurePosixPath(*parts)) == path and "\\" not in path and path.isprintable()
    if not sound or path.startswith("/") or any(part.startswith(".") for part in parts) or path == FILE_NAME:
        raise Refused(f"The manifest names a file outside the release: {path!r}.")
    return path


def _signed_bytes(payload: bytes) -> bytes:
    """DSSE's pre-authentication encoding."""
    return b"DSSEv1 %d %s %d %s" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(payload), payload)


def _is_signed(key: Ed25519PublicKey, signature: bytes, payload: bytes) -> bool:
    try:
        key.verify(signature, _signed_bytes(payload))
    except InvalidSignature:
        return False
    return True
