"""Keccak-256 as Ethereum has it, and World ID's hash to a field element.

The permutation is that of FIPS 202 (SHA-3); Ethereum took the submission before the standard, so the first padding byte
is 0x01 and not SHA-3's 0x06, and `hashlib.sha3_256` gives another digest. Written for the few short inputs of a proof.
"""

RATE_BYTES = 136
LANES = 25
MASK = (1 << 64) - 1
KECCAK, SHA3 = 0x01, 0x06


def keccak_256(data: bytes) -> bytes:
    """32 bytes."""
    return sponge_256(data, suffix=KECCAK)


def hash_to_field(data: bytes) -> bytes:
    """Keccak-256 shifted right by eight bits, 32 bytes: always below the modulus of the BN254 scalar field.

    World's developer documentation, "RP Signatures", `hash_to_field`; `hashSignal` of IDKit is the same in hex.
    """
    return b"\0" + keccak_256(data)[:31]


def sponge_256(data: bytes, *, suffix: int) -> bytes:
    """Keccak[512] (FIPS 202, section 4) with the domain byte `suffix`, 32 bytes of output."""
    padded = bytearray(data)
    padded.append(suffix)
    padded.extend(bytes(-len(padded) % RATE_BYTES))
    padded[-1] |= 0x80
    lanes = [0] * LANES
    for start in range(0, len(padded), RATE_BYTES):
        for number in range(RATE_BYTES // 8):
            offset = start + 8 * number
            lanes[number] ^= int.from_bytes(padded[offset : offset + 8], "little")
        _permute(lanes)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes[:4])


def _permute(lanes: list[int]) -> None:
    """Keccak-f[1600] (FIPS 202, section 3): lane (x, y) is at 5 * y + x."""
    for constant in ROUND_CONSTANTS:
        columns = [lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20] for x in range(5)]
        mixed = [columns[x - 1] ^ _rotated(columns[(x + 1) % 5], 1) for x in range(5)]
        moved = [0] * LANES
        for x in range(5):
            for y in range(5):
                moved[5 * ((2 * x + 3 * y) % 5) + y] = _rotated(lanes[5 * y + x] ^ mixed[x], ROTATIONS[5 * y + x])
        for y in range(0, LANES, 5):
            for x in range(5):
                lanes[y + x] = moved[y + x] ^ (~moved[y + (x + 1) % 5] & moved[y + (x + 2) % 5])
        lanes[0] ^= constant


def _rotated(lane: int, by: int) -> int:
    return ((lane << by) | (lane >> (64 - by))) & MASK


def _rotations() -> list[int]:
    """FIPS 202, algorithm 2 (rho)."""
    found = [0] * LANES
    x, y = 1, 0
    for step in range(24):
        found[5 * y + x] = (step + 1) * (step + 2) // 2 % 64
        x, y = y, (2 * x + 3 * y) % 5
    return found


def _round_constants() -> list[int]:
    """FIPS 202, algorithms 5 and 6 (rc and iota): the bits of a linear feedback shift register."""
    found = []
    register = 1
    for _ in range(24):
        constant = 0
        for position in range(7):
            if register & 1:
                constant |= 1 << ((1 << position) - 1)
            register = (register << 1) ^ (0x171 if register & 0x80 else 0)
        found.append(constant)
    return found


ROTATIONS = _rotations()
ROUND_CONSTANTS = _round_constants()
