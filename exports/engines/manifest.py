"""A release's manifest: an in-toto statement in a DSSE envelope, signed with Ed25519.

Envelope and what is signed: DSSE 1.0 (github.com/secure-systems-lab/dsse). Statement: in-toto attestation v1.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from exports.engines.keys import public_key_text

FILE_NAME = "manifest.dsse.json"
PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "urn:humankind:training-release:1"
LARGEST = 4 * 1024 * 1024


class Refused(Exception):
    """A release is not what it says it is, or not what was expected; the sentence says which."""


@dataclass(frozen=True)
class ReleaseFile:
    """One file of a release; `since` is the release that wrote it.

    `bucket` is `folder.ALL` where it has records of any bucket, and None where it has none at all.
    """

    path: str
    sha256: str
    size: int
    records: int
    authors: int
    since: int
    bucket: int | None = None


@dataclass(frozen=True)
class Manifest:
    """What the signature covers. `parent_sha256` is the SHA-256 of the parent's manifest file, "" for the first.

    `made_with` says by part ("masker", "faces") which engine made the records; releases of old versions do not say it.
    """

    dataset: str
    recipient: str
    purpose: str
    schema_version: int
    pseudonym_key: str
    number: int
    published: str
    parent_number: int
    parent_sha256: str
    counts: dict[str, int]
    files: tuple[ReleaseFile, ...]
    made_with: dict[str, Any] = field(default_factory=dict)

    def statement(self) -> dict[str, Any]:
        """The in-toto statement: each file a subject, the rest the predicate."""
        details = [{key: value for key, value in vars(file).items() if key != "sha256"} for file in self.files]
        return {
            "_type": STATEMENT_TYPE,
            "subject": [{"name": file.path, "digest": {"sha256": file.sha256}} for file in self.files],
            "predicateType": PREDICATE_TYPE,
            "predicate": {**{key: value for key, value in vars(self).items() if key != "files"}, "files": details},
        }

    @classmethod
    def from_statement(cls, statement: dict[str, Any]) -> "Manifest":
        """Raises Refused for a statement of another kind or shape."""
        if statement.get("_type") != STATEMENT_TYPE or statement.get("predicateType") != PREDICATE_TYPE:
            raise Refused("The manifest is not one of a training release.")
        try:
            predicate = dict(statement["predicate"])
            digests = {subject["name"]: subject["digest"]["sha256"] for subject in statement["subject"]}
            files = tuple(ReleaseFile(sha256=digests[row["path"]], **row) for row in predicate.pop("files"))
            made = cls(files=files, **predicate)
        except (KeyError, TypeError, ValueError) as error:
            raise Refused("The manifest lacks something that a training release has.") from error
        if len(digests) != len(files) or len({file.path for file in files}) != len(statement["subject"]):
            raise Refused("The manifest does not name each file once.")
        return made


def sign(manifest: Manifest, key: Ed25519PrivateKey) -> bytes:
    """The manifest file's bytes."""
    payload = json.dumps(manifest.statement(), sort_keys=True, separators=(",", ":")).encode()
    envelope = {
        "payloadType": PAYLOAD_TYPE,
        "payload": base64.b64encode(payload).decode(),
        "signatures": [
            {"keyid": public_key_text(key), "sig": base64.b64encode(key.sign(_signed_bytes(payload))).decode()}
        ],
    }
    return json.dumps(envelope, sort_keys=True, indent=1).encode() + b"\n"


def open_signed(content: bytes, *, public_key: str) -> Manifest:
    """The manifest in `content` if `public_key` (64 hexadecimal digits) signed it; raises Refused otherwise."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
    except ValueError as error:
        raise Refused("A public key is 64 hexadecimal digits.") from error
    if len(content) > LARGEST:
        raise Refused(f"The manifest is larger than {LARGEST} bytes.")
    try:
        envelope = json.loads(content)
        payload = base64.b64decode(envelope["payload"], validate=True)
        signatures = [base64.b64decode(entry["sig"], validate=True) for entry in envelope["signatures"]]
        kind = envelope["payloadType"]
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise Refused("The manifest is not a DSSE envelope.") from error
    if kind != PAYLOAD_TYPE or not any(_is_signed(key, signature, payload) for signature in signatures):
        raise Refused("The manifest is not signed by the expected key.")
    statement = json.loads(payload)
    if not isinstance(statement, dict):
        raise Refused("The manifest is not one of a training release.")
    return Manifest.from_statement(statement)


def verify_release(
    folder: Path,
    *,
    public_key: str,
    expected_dataset: str | None,
    expected_number: int | None,
    expected_parent_sha256: str | None,
    with_files: bool = True,
) -> Manifest:
    """The manifest of the release in `folder`, once everything about it was found true; raises Refused otherwise.

    Every expectation is the caller's: None says that anything will do, "" for the parent says that there is none.
    `with_files=False` checks a closed release, whose data is gone.
    """
    try:
        content = (folder / FILE_NAME).read_bytes()
    except OSError as error:
        raise Refused(f"There is no {FILE_NAME} in {folder}.") from error
    manifest = open_signed(content, public_key=public_key)
    for what, expected, found in (
        ("dataset", expected_dataset, manifest.dataset),
        ("number", expected_number, manifest.number),
        ("parent", expected_parent_sha256, manifest.parent_sha256),
    ):
        if expected is not None and expected != found:
            raise Refused(f"The release's {what} is {found or 'none'}, and {expected or 'none'} was expected.")
    if with_files:
        _verify_files(folder, manifest.files)
    return manifest


def _verify_files(folder: Path, files: Iterable[ReleaseFile]) -> None:
    named = {FILE_NAME}
    for file in files:
        parts = PurePosixPath(file.path).parts
        if not parts or file.path.startswith("/") or ".." in parts or "\\" in file.path:
            raise Refused(f"The manifest names a file outside the release: {file.path}.")
        named.add(file.path)
        path = folder.joinpath(*parts)
        if path.is_symlink() or not path.is_file():
            raise Refused(f"{file.path} is missing.")
        if path.stat().st_size != file.size or sha256_of(path) != file.sha256:
            raise Refused(f"{file.path} is not the file that was signed.")
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    # State is ours alone and never given out: what the next release is made from.
    present = {path for path in present if not path.startswith("state/")}
    if extra := sorted(present - named):
        raise Refused(f"{extra[0]} is in the release, and the manifest does not name it.")


def sha256_of(path: Path) -> str:
    """A file's SHA-256 as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _signed_bytes(payload: bytes) -> bytes:
    """DSSE's pre-authentication encoding."""
    return b"DSSEv1 %d %s %d %s" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(payload), payload)


def _is_signed(key: Ed25519PublicKey, signature: bytes, payload: bytes) -> bool:
    try:
        key.verify(signature, _signed_bytes(payload))
    except InvalidSignature:
        return False
    return True
