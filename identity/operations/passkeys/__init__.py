"""Passkeys: made, used and ended by the people whose they are."""

from identity.operations.passkeys.assertion import begin_assertion, complete_assertion
from identity.operations.passkeys.care import rename_passkey, revoke_passkey
from identity.operations.passkeys.ownership import Proof
from identity.operations.passkeys.registration import begin_registration, complete_registration
from identity.operations.passkeys.sign_in import begin_sign_in, complete_sign_in, sign_in_application

__all__ = [
    "Proof",
    "begin_assertion",
    "begin_registration",
    "begin_sign_in",
    "complete_assertion",
    "complete_registration",
    "complete_sign_in",
    "rename_passkey",
    "revoke_passkey",
    "sign_in_application",
]
