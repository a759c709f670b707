"""Passkey: somebody unlocked their authenticator. That shows that a human was there, and not which one."""

from __future__ import annotations

from datetime import timedelta

from identity.engines.attestation import Attestation, AttestationRefused
from identity.engines.passkey_keys import Signed


class PasskeyAttester:
    """Attests presence, from a signature that has been verified (`webauthn.py`).

    Authenticators are not attested: software can play one, so this never says that anybody is unique.
    """

    kind = "passkey"

    def attest(self, evidence: Signed) -> Attestation:
        """Raises AttestationRefused where the authenticator did not check who unlocks it."""
        if not evidence.user_verified:
            raise AttestationRefused("user_not_verified", "Your device did not check that it is you.")
        return Attestation(
            kind=self.kind, level="present", method="passkey-user-verified-1", valid_for=timedelta(days=90)
        )
