"""The texts that people consent to, one file for each purpose and version in `identity/policies/`."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "policies"


@dataclass(frozen=True, slots=True)
class Policy:
    """The newest text of one purpose. `text` is Markdown; `text_sha256` is of its UTF-8 bytes, in hex."""

    purpose: str
    version: str
    title: str
    text: str
    text_sha256: str


@cache
def policies() -> tuple[Policy, ...]:
    """The newest policy of each purpose, by name of purpose. Earlier versions stay in the folder, as evidence."""
    newest: dict[str, Policy] = {}
    for path in FOLDER.glob("*.md"):
        purpose, version = path.stem.rsplit(".", 1)
        if purpose in newest and int(newest[purpose].version) > int(version):
            continue
        written = path.read_bytes()
        text = written.decode()
        newest[purpose] = Policy(
            purpose=purpose,
            version=version,
            title=text.splitlines()[0].removeprefix("# "),
            text=text,
            text_sha256=hashlib.sha256(written).hexdigest(),
        )
    return tuple(newest[purpose] for purpose in sorted(newest))


def policy_of(purpose: str) -> Policy | None:
    """The newest policy of one purpose; None when there is no such purpose."""
    return next((policy for policy in policies() if policy.purpose == purpose), None)
