"""The texts that people consent to, one file for each purpose and version in `identity/policies/`."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# The first version whose text covers all that is done under a purpose today. A consent to an earlier one stays good for
# what that text covered, and is asked for again before anything that only the later text covers.
COVERS_TODAY = {"biometric_check": 2}
# What a consent has no effect without: it only widens another.
REQUIRES: dict[str, tuple[str, ...]] = {"training_replies": ("training_text",)}
FOLDER = Path(__file__).resolve().parent.parent / "policies"


@dataclass(frozen=True, slots=True)
class Policy:
    """The newest text of one purpose. `text` is Markdown, `about` its first paragraph; `text_sha256` is of its UTF-8
    bytes, in hex. Without the consents that it `requires` a consent to it has no effect.
    """

    purpose: str
    version: str
    title: str
    text: str
    text_sha256: str
    about: str = ""
    requires: tuple[str, ...] = ()

    def asks_again(self, version: str) -> bool:
        """Whether whoever consented to `version` must be asked again before anything new is done."""
        return int(version) < COVERS_TODAY.get(self.purpose, 1)


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
            about=text.split("\n\n")[1].strip(),
            requires=REQUIRES.get(purpose, ()),
        )
    return tuple(newest[purpose] for purpose in sorted(newest))


def policy_of(purpose: str) -> Policy | None:
    """The newest policy of one purpose; None when there is no such purpose."""
    return next((policy for policy in policies() if policy.purpose == purpose), None)
