"""Signed addresses of files: whoever has one may fetch one file of one release, for one recipient, for some minutes."""

import hmac
from dataclasses import dataclass

VERSION = "1"


@dataclass(frozen=True)
class FileAddress:
    """What a signature is bound to. `expires` is in seconds since 1970."""

    recipient: int
    release: int
    expires: int
    path: str

    def signature(self, key: bytes) -> str:
        """HMAC-SHA256 (RFC 2104) as 64 hexadecimal digits. The path comes last: nothing before it can hold a line break."""
        said = "\n".join([VERSION, str(self.recipient), str(self.release), str(self.expires), self.path])
        return hmac.digest(key, said.encode(), "sha256").hex()

    def is_signed(self, key: bytes, signature: str) -> bool:
        """Whether the signature is of this address, compared in constant time."""
        return hmac.compare_digest(self.signature(key).encode(), signature.encode())
