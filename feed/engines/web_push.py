"""Web Push: what is sent is encrypted for the client (RFC 8291, or the older draft), and signed for its push service (RFC 8292)."""

import base64
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid01, Vapid02
from pywebpush import WebPusher

from feed.engines import outward
from feed.engines.vapid import signing_key

# How long a push service keeps a message for a device that is off.
SECONDS_TO_LIVE = 48 * 3600
BYTES_OF_SECRET = 16


@dataclass(frozen=True)
class Target:
    """Where a client is pushed to, and its keys in base64url. `standard`: aes128gcm, else aesgcm."""

    endpoint: str
    p256dh: str
    auth: str
    standard: bool


@dataclass(frozen=True)
class Sender:
    """Who this server is to push services: the secret that its key is made from, and how to reach its operator."""

    secret: str
    subject: str


def check_keys(*, p256dh: str, auth: str) -> None:
    """Raises ValueError with a sentence for what is no public key of P-256, or no secret of 16 bytes."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _decoded(p256dh))
    except ValueError as error:
        raise ValueError("subscription[keys][p256dh] is a P-256 public key in base64url.") from error
    try:
        sound = len(_decoded(auth)) == BYTES_OF_SECRET
    except ValueError:
        sound = False
    if not sound:
        raise ValueError(f"subscription[keys][auth] is {BYTES_OF_SECRET} bytes in base64url.")


def push(target: Target, payload: bytes, *, sender: Sender, private_too: bool = False) -> int:
    """Send one message; gives the push service's status code. Raises what `outward.post` raises."""
    headers, body = sealed(target, payload, sender=sender)
    return outward.post(target.endpoint, body=body, headers=headers, private_too=private_too)


def sealed(target: Target, payload: bytes, *, sender: Sender) -> tuple[dict[str, str], bytes]:
    """Headers and encrypted body of the request."""
    keys = {"p256dh": _plain(target.p256dh), "auth": _plain(target.auth)}
    encoding = "aes128gcm" if target.standard else "aesgcm"
    encrypted = WebPusher({"endpoint": target.endpoint, "keys": keys}).encode(payload, encoding)
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Encoding": encoding,
        "TTL": str(SECONDS_TO_LIVE),
        "Urgency": "normal",
    }
    parts = urlsplit(target.endpoint)
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "sub": sender.subject}
    # A subject may name a machine without a domain while somebody tries this out.
    signer = (Vapid02 if target.standard else Vapid01)(signing_key(sender.secret), conf={"no-strict": True})
    headers |= {str(name): str(value) for name, value in signer.sign(claims).items()}
    if not target.standard:
        headers["Crypto-Key"] = f"dh={encrypted['crypto_key'].decode()};{headers['Crypto-Key']}"
        headers["Encryption"] = f"salt={encrypted['salt'].decode()}"
    return headers, bytes(encrypted["body"])


def _plain(text: str) -> str:
    return text.rstrip("=").replace("+", "-").replace("/", "_")


def _decoded(text: str) -> bytes:
    plain = _plain(text)
    return base64.b64decode(plain + "=" * (-len(plain) % 4), altchars=b"-_", validate=True)
