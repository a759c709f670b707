"""The terms that recipients accept, one file for each version in `exports/terms/`."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "terms"


@dataclass(frozen=True, slots=True)
class Terms:
    """One version. `text` is Markdown; `text_sha256` is of its UTF-8 bytes, in hex."""

    version: str
    text: str
    text_sha256: str


@cache
def all_terms() -> tuple[Terms, ...]:
    """Every version, newest last. Earlier ones stay in the folder, as evidence."""
    found = []
    for path in sorted(FOLDER.glob("*.md"), key=lambda path: int(path.stem)):
        written = path.read_bytes()
        found.append(Terms(path.stem, written.decode(), hashlib.sha256(written).hexdigest()))
    return tuple(found)


def terms_of(version: str) -> Terms | None:
    """One version's text; None where there is no such version."""
    return next((terms for terms in all_terms() if terms.version == version), None)
