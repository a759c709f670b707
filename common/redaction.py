"""Keeps faces, embeddings and tokens out of the logs, whatever a line is given."""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

LONGEST_TEXT = 4000
LONGEST_LIST = 50
SECRET_NAMES = re.compile(
    r"token|secret|password|passphrase|authorization|cookie|api_?key|private|embedding|template|code_verifier|credential|frame|image|photo",
    re.IGNORECASE,
)
# Names that only contain a secret name's letters, and hold ids or counts.
PLAIN_NAMES = re.compile(r"(_id|_ids|_count|_type|_at|_state)$", re.IGNORECASE)
SECRET_TEXT = re.compile(
    r"(?i)(bearer|basic)\s+[a-z0-9._~+/=-]{8,}"
    r"|(access_token|refresh_token|client_secret|code|password|token)=[^&\s\"']+"
    r"|data:image/[a-z+]+;base64,[a-z0-9+/=]+"
    r"|[A-Za-z0-9+/]{200,}={0,2}"
    r"|(?:-?\d+\.\d+(?:e-?\d+)?[,\s]+){16,}"
)
REDACTED = "[redacted]"


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: the same event with every secret, array and byte string replaced."""
    for name, value in event.items():
        event[name] = _clean(name, value)
    return event


def _clean(name: str, value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if SECRET_NAMES.search(name) and not PLAIN_NAMES.search(name):
        return REDACTED
    if isinstance(value, str):
        cleaned = SECRET_TEXT.sub(REDACTED, value)
        return cleaned if len(cleaned) <= LONGEST_TEXT else cleaned[:LONGEST_TEXT] + "..."
    if isinstance(value, bytes | bytearray | memoryview):
        return f"[{len(value)} bytes]"
    if isinstance(value, Mapping):
        return {str(key): _clean(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        # A long run of numbers is an embedding under another name.
        if len(value) > LONGEST_LIST or (len(value) >= 16 and all(isinstance(item, float) for item in value)):
            return f"[{len(value)} values]"
        return [_clean(name, item) for item in value]
    if hasattr(value, "shape"):
        return f"[array {value.shape}]"
    return _clean(name, str(value))
