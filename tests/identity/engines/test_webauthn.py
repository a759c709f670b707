"""The verdict over a ceremony, without rows or HTTP."""

import base64
import hashlib
import json
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from identity.engines.passkey_attester import PasskeyAttester
from identity.engines.passkey_keys import CeremonyRefused, KnownKey
from identity.engines.webauthn import RelyingParty, origin_of
from seeds.software_authenticator import SoftwareAuthenticator

ORIGIN = "https://social.example"
PARTY = RelyingParty(id="social.example", name="Humankind", origins=frozenset({ORIGIN}))
CHALLENGE = hashlib.sha256(b"a challenge").digest()
HANDLE = (7).to_bytes(8)


def _registered(held: SoftwareAuthenticator) -> tuple[dict[str, Any], KnownKey]:
    options = PARTY.creation_options(
        challenge=CHALLENGE, handle=HANDLE, username="ada", existing=[], milliseconds=300_000
    )
    response = held.create(options)
    made = PARTY.verify_registration(response, challenge=CHALLENGE)
    return response, KnownKey(made.credential_id, made.public_key)


def _signed(held: SoftwareAuthenticator) -> dict[str, Any]:
    return held.get(PARTY.request_options(challenge=CHALLENGE, allowed=[], milliseconds=300_000))


def test_options_are_plain_json_and_name_what_is_known() -> None:
    _, key = _registered(SoftwareAuthenticator(origin=ORIGIN))
    options = PARTY.creation_options(
        challenge=CHALLENGE, handle=HANDLE, username="ada", existing=[key], milliseconds=300_000
    )
    assert json.loads(json.dumps(options)) == options
    assert [each["alg"] for each in options["pubKeyCredParams"]] == [-7, -8, -257]
    assert options["excludeCredentials"][0]["id"] and options["attestation"] == "none"


def test_a_signature_is_of_the_key_that_was_registered() -> None:
    held, other = SoftwareAuthenticator(origin=ORIGIN), SoftwareAuthenticator(origin=ORIGIN)
    _, key = _registered(held)
    signed = PARTY.verify_assertion(_signed(held), challenge=CHALLENGE, key=key, handle=HANDLE, discoverable=True)
    attestation = PasskeyAttester().attest(signed)
    assert (attestation.kind, attestation.level) == ("passkey", "present")
    other.credential_id, other.handle = held.credential_id, held.handle
    for response, challenge in ((_signed(other), CHALLENGE), (_signed(held), hashlib.sha256(b"another").digest())):
        with pytest.raises(CeremonyRefused):
            PARTY.verify_assertion(response, challenge=challenge, key=key, handle=HANDLE, discoverable=True)


@cache
def _sample() -> tuple[KnownKey, dict[str, Any]]:
    """One key and one signature by it: how long a signature is differs from one to the next."""
    held = SoftwareAuthenticator(origin=ORIGIN)
    return _registered(held)[1], _signed(held)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["clientDataJSON", "authenticatorData", "signature"]), st.floats(0, 0.999), st.integers(1, 255))
def test_no_spoilt_byte_is_accepted_or_does_worse_than_be_refused(part: str, place: float, change: int) -> None:
    """Each byte of what is signed counts, and bytes of any kind end in a refusal, never in another error."""
    key, sound = _sample()
    raw = bytearray(base64.urlsafe_b64decode(sound["response"][part] + "=="))
    raw[int(place * len(raw))] ^= change
    spoilt = base64.urlsafe_b64encode(bytes(raw)).rstrip(b"=").decode()
    response = {**sound, "response": {**sound["response"], part: spoilt}}
    with pytest.raises(CeremonyRefused):
        PARTY.verify_assertion(response, challenge=CHALLENGE, key=key, handle=HANDLE, discoverable=True)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 400))
def test_no_attestation_object_does_worse_than_be_refused(noise: bytes, kept: int) -> None:
    response, _ = _registered(SoftwareAuthenticator(origin=ORIGIN))
    whole = base64.urlsafe_b64decode(response["response"]["attestationObject"] + "==")
    spoilt = whole[:kept] + noise
    if spoilt == whole:
        return
    response["response"]["attestationObject"] = base64.urlsafe_b64encode(spoilt).rstrip(b"=").decode()
    with pytest.raises(CeremonyRefused):
        PARTY.verify_registration(response, challenge=CHALLENGE)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Social.Example:443/", "https://social.example"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("https://social.example:8443/below", "https://social.example:8443"),
        ("http://[::1]:80", "http://[::1]"),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(url: str, origin: str) -> None:
    assert origin_of(url) == origin
