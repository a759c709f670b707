"""Signs a request for a World ID proof, so that World App knows that it is ours.

World's developer documentation, "RP Signatures": the message is 0x01, the nonce, two big-endian uint64 of Unix time and
the hashed action; it is prefixed as EIP-191 says, hashed with Keccak-256 and signed with ECDSA on secp256k1 (SEC 2).
"""

from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from identity.engines.keccak import hash_to_field, keccak_256

VERSION = b"\x01"
# SEC 2, section 2.4.1.
FIELD = 2**256 - 2**32 - 977
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
GENERATOR = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)
Point = tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class RpContext:
    """What IDKit's `rp_context` needs beside the `rp_id`: hexadecimal with 0x, times in seconds since 1970."""

    nonce: str
    created_at: int
    expires_at: int
    signature: str


def sign_request(key: bytes, *, action: str, random: bytes, created_at: int, seconds: int) -> RpContext:
    """Sign a request for a uniqueness proof. `random` is 32 bytes from the system, `key` the 32 bytes of the portal.

    Raises ValueError for a key that is none of the curve.
    """
    nonce = hash_to_field(random)
    message = message_of(nonce, action=action, created_at=created_at, expires_at=created_at + seconds)
    prefix = b"\x19Ethereum Signed Message:\n" + str(len(message)).encode()
    signature = sign_recoverably(key, keccak_256(prefix + message))
    return RpContext("0x" + nonce.hex(), created_at, created_at + seconds, "0x" + signature.hex())


def message_of(nonce: bytes, *, action: str, created_at: int, expires_at: int) -> bytes:
    """81 bytes."""
    times = created_at.to_bytes(8) + expires_at.to_bytes(8)
    return VERSION + nonce + times + hash_to_field(action.encode())


def sign_recoverably(key: bytes, digest: bytes) -> bytes:
    """ECDSA with the nonce of RFC 6979, s in its lower half (BIP 62), then the recovery id plus 27: 65 bytes."""
    private = ec.derive_private_key(int.from_bytes(key), ec.SECP256K1())
    algorithm = ec.ECDSA(utils.Prehashed(hashes.SHA256()), deterministic_signing=True)
    r, s = utils.decode_dss_signature(private.sign(digest, algorithm))
    s = min(s, ORDER - s)
    public = private.public_key().public_numbers()
    inverse = pow(s, -1, ORDER)
    # SEC 1, section 4.1.4: the point whose x is r. Its y decides which of two keys a verifier recovers.
    point = _sum(
        _times(int.from_bytes(digest) * inverse % ORDER, GENERATOR), _times(r * inverse % ORDER, (public.x, public.y))
    )
    if point is None or point[0] != r:
        raise ValueError("The signature cannot be recovered from: sign with another nonce.")
    return r.to_bytes(32) + s.to_bytes(32) + bytes([27 + point[1] % 2])


def _sum(first: Point, second: Point) -> Point:
    """Affine addition on y^2 = x^3 + 7. Everything here is public: it need not take the same time for every value."""
    if first is None or second is None:
        return first or second
    (x1, y1), (x2, y2) = first, second
    if x1 == x2:
        if (y1 + y2) % FIELD == 0:
            return None
        slope = 3 * x1 * x1 * pow(2 * y1, -1, FIELD) % FIELD
    else:
        slope = (y2 - y1) * pow(x2 - x1, -1, FIELD) % FIELD
    x = (slope * slope - x1 - x2) % FIELD
    return x, (slope * (x1 - x) - y1) % FIELD


def _times(factor: int, point: Point) -> Point:
    total: Point = None
    while factor:
        if factor & 1:
            total = _sum(total, point)
        point = _sum(point, point)
        factor >>= 1
    return total
