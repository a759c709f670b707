"""Signs what a person takes away as proof."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils import timezone

from identity.engines.receipts import ReceiptSigner


def sign_receipt(claims: Mapping[str, Any], *, kind: str) -> str:
    """The claims as a JWS of `kind` ("erasure-receipt+jwt"), with issuer (`iss`) and time (`iat`) added."""
    issued = {"iss": settings.PUBLIC_URL, "iat": int(timezone.now().timestamp())}
    return _signer(settings.RECEIPT_SIGNING_KEY).sign({**claims, **issued}, kind=kind)


def receipt_keys() -> dict[str, list[dict[str, str]]]:
    """The JSON Web Key Set (RFC 7517) that verifies every receipt of this server."""
    return {"keys": [_signer(settings.RECEIPT_SIGNING_KEY).public_jwk]}


@lru_cache(maxsize=4)
def _signer(root_secret: str) -> ReceiptSigner:
    return ReceiptSigner.derive(root_secret)
