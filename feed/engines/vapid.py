"""The key that push services know this server by (VAPID, RFC 8292), made from a secret text."""

import base64
from functools import lru_cache

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

# The order of P-256's group (FIPS 186-5, SP 800-186, 3.2.1.3).
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@lru_cache(maxsize=4)
def signing_key(secret: str) -> ec.EllipticCurvePrivateKey:
    """The same P-256 key for the same secret. 16 bytes beyond the order leave no bias (FIPS 186-5, A.2.1)."""
    drawn = HKDF(algorithm=hashes.SHA256(), length=48, salt=None, info=b"humankind web push").derive(secret.encode())
    return ec.derive_private_key(int.from_bytes(drawn, "big") % (ORDER - 1) + 1, ec.SECP256R1())


@lru_cache(maxsize=4)
def public_key(secret: str) -> str:
    """As clients hand it to `PushManager.subscribe`: the uncompressed point in base64url, with its padding as Mastodon has it."""
    point = signing_key(secret).public_key()
    raw = point.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(raw).decode()
