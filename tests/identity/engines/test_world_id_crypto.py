"""Keccak-256 and request signatures against the published vectors of World's "RP Signatures", and against SHA-3."""

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from identity.engines.keccak import SHA3, hash_to_field, keccak_256, sponge_256
from identity.engines.nullifiers import FIELD, NullifierKeys, nullifier_number
from identity.engines.rp_signature import message_of, sign_request

KEY = b"\xab" * 32
RANDOM = bytes(range(32))
NONCE = "0x008ae1aa597fa146ebd3aa2ceddf360668dea5e526567e92b0321816a4e895bd"


@given(st.binary(max_size=700))
def test_the_permutation_is_that_of_sha3(data: bytes) -> None:
    assert sponge_256(data, suffix=SHA3) == hashlib.sha3_256(data).digest()


def test_keccak_is_not_sha3() -> None:
    # The digest of nothing, as Ethereum's yellow paper has it.
    assert keccak_256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    assert keccak_256(b"") != hashlib.sha3_256(b"").digest()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "00c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a4"),
        (b"test_signal", "00c1636e0a961a3045054c4d61374422c31a95846b8442f0927ad2ff1d6112ed"),
        (b"\1\2\3", "00f1885eda54b7a053318cd41e2093220dab15d65381b1157a3633a83bfd5c92"),
        (b"hello", "001c8aff950685c2ed4bc3174f3472287b56d9517b9c948127319a09a7a36dea"),
    ],
)
def test_published_field_hashes(data: bytes, expected: str) -> None:
    assert hash_to_field(data).hex() == expected


def test_the_published_signature() -> None:
    signed = sign_request(KEY, action="test-action", random=RANDOM, created_at=1_700_000_000, seconds=300)
    assert (signed.nonce, signed.created_at, signed.expires_at) == (NONCE, 1_700_000_000, 1_700_000_300)
    assert signed.signature == (
        "0x05594adb6c1495768a38d523d7d6ee6356b2c31231919198794ed022ade7d08f"
        "73753f83bd167067d99c9b969d28e9222315837c66af25867b041273a6d5056f1b"
    )


def test_the_published_message() -> None:
    message = message_of(
        bytes.fromhex(NONCE[2:]), action="test-action", created_at=1_700_000_000, expires_at=1_700_000_300
    )
    assert message.hex() == (
        "01008ae1aa597fa146ebd3aa2ceddf360668dea5e526567e92b0321816a4e895bd000000006553f100000000006553f22c"
        "00aa0ce59768ae5b1c52f07a9387f14f09f277422c0d2f8a268c7bad0c60a46a"
    )


def test_a_key_outside_the_curve_is_refused() -> None:
    with pytest.raises(ValueError):
        sign_request(b"\0" * 32, action="a", random=RANDOM, created_at=0, seconds=1)
    assert ec.SECP256K1().key_size == 256


@pytest.mark.parametrize("written", ["0x0abc", "0xABC", "abc", "0x" + "0" * 60 + "abc"])
def test_a_nullifier_has_one_digest_however_it_is_written(written: str) -> None:
    keys = NullifierKeys.of("a root secret")
    assert keys.digest(nullifier_number(written)) == keys.digest(0xABC)


@pytest.mark.parametrize("number", [0, FIELD, FIELD + 0xABC])
def test_a_second_name_of_a_field_element_is_refused(number: int) -> None:
    with pytest.raises(ValueError):
        nullifier_number(hex(number))


def test_what_waits_opens_only_in_its_own_place() -> None:
    keys = NullifierKeys.of("a root secret")
    sealed = keys.seal(b"proof", bound_to="proof 1")
    assert b"proof" not in sealed
    assert keys.open(sealed, bound_to="proof 1") == b"proof"
    for other, place in ((keys, "proof 2"), (NullifierKeys.of("another"), "proof 1")):
        with pytest.raises(ValueError):
            other.open(sealed, bound_to=place)


def test_signals_tell_accounts_and_requests_apart() -> None:
    keys = NullifierKeys.of("a root secret")
    signals = {keys.signal(account_id=a, request_id=r) for a in (1, 2) for r in (1, 2)}
    assert len(signals) == 4
    assert keys.check_value() != NullifierKeys.of("another").check_value()
