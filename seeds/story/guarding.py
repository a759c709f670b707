"""The last chapter: what guards a person, and what they take along when they go."""

import hashlib
import io
import zipfile
from functools import partial
from typing import Any

import jwt

from identity.engines.assessment.puppet import perform
from seeds.software_authenticator import SoftwareAuthenticator
from seeds.story.client import NATIVE, Capture, Client, RefusedError, wait_until
from seeds.story.photographs import grace_hopper
from seeds.story.telling import Telling, demand


class Guarding:
    """Grace adds a passkey and stops somebody who has her face; Eileen takes her archive and erases her face."""

    def __init__(self, address: str, telling: Telling, grace: Client, eileen: Client) -> None:
        self.telling = telling
        self.address = address
        self.grace = grace
        self.eileen = eileen
        self.captures: list[Capture] = []

    def tell(self) -> None:
        """Every step of the chapter, in order."""
        self._a_passkey()
        self._a_recovery_is_stopped()
        self._an_archive()
        self._an_erasure()

    def _a_passkey(self) -> None:
        with self.telling.step("Grace adds a passkey: her telephone, in software") as (outcome, _):
            begun = self.grace.call(
                "POST", f"{NATIVE}/passkeys/registration/begin", json={"password": self.grace.password}
            )
            phone = SoftwareAuthenticator(origin=self.address)
            made = {"name": "Telephone", "response": phone.create(begun["public_key"])}
            kept = self.grace.call("POST", f"{NATIVE}/passkeys/registration/complete", json=made)
            outcome.result = f"{kept['name']}, with user verification; it shows that she is there, not that she is one"

    def _a_recovery_is_stopped(self) -> None:
        with self.telling.step("Somebody who plays Grace's face asks for her account; she is told and stops it") as (
            outcome,
            update,
        ):
            stranger = Client(self.address, "stranger", "")
            asked = stranger.call("POST", f"{NATIVE}/recoveries", json=stranger.agreement("biometric_check"))
            stranger.http.headers["Capture-Secret"] = asked["secret"]
            decision, capture = stranger.perform(
                asked["capture"], partial(perform, grace_hopper()), progress=update, ended={"matched"}
            )
            self.captures.append(capture)
            demand(decision["state"] == "matched", f"the capture was {decision['state']}")
            found = stranger.call("GET", f"{NATIVE}/recoveries/{asked['id']}")
            demand(found["username"] is None, "a stranger learned whose account it is")
            mine = self.grace.call("GET", f"{NATIVE}/recoveries/mine")["recoveries"][0]
            self.grace.call("POST", f"{NATIVE}/recoveries/{mine['id']}/stop")
            try:
                stranger.call("POST", f"{NATIVE}/recoveries/{asked['id']}/passkeys/begin")
            except RefusedError as refusal:
                outcome.result = f"recognised; Grace was told, and stopped it. {refusal.sentence}"
            else:
                demand(False, "a recovery that was stopped went on")

    def _an_archive(self) -> None:
        with self.telling.step("Eileen takes along all that is held on her, in one signed archive") as (
            outcome,
            update,
        ):
            asked = self.eileen.call("POST", f"{NATIVE}/archives", json={})

            def built() -> bool | None:
                now = self.eileen.call("GET", f"{NATIVE}/archives/{asked['id']}")
                update(now["step"] or now["state"], float(now["progress"]))
                return True if now["state"] == "ready" else None

            wait_until(built, seconds=60)
            content = self.eileen.http.get(f"{NATIVE}/archives/{asked['id']}/download").raise_for_status().content
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                manifest = self._verified(archive.read("manifest.jws").decode())
                for file in manifest["files"]:
                    digest = hashlib.sha256(archive.read(file["name"])).hexdigest()
                    demand(digest == file["sha256"], f"{file['name']} is not what was signed")
            records = sum(file["records"] for file in manifest["files"])
            outcome.result = f"{len(manifest['files'])} files, {records} records; the signature and every file verified"

    def _an_erasure(self) -> None:
        with self.telling.step("Eileen erases her face, keeps a signed receipt, and can only read now") as (outcome, _):
            erasure = self.eileen.call("POST", f"{NATIVE}/erasures")
            receipt = self._verified(erasure["receipt"])
            demand(receipt["jti"] == erasure["id"], "the receipt is of something else")
            self.eileen.home()
            try:
                self.eileen.post("One more thing")
            except RefusedError as refusal:
                demand(refusal.status == 403, f"expected 403, got {refusal}")
            else:
                demand(False, "an account without a credential could post")
            counts = ", ".join(
                f"{count} {what.replace('_', ' ')}" for what, count in receipt["erased"].items() if count
            )
            outcome.result = f"signature verified; erased: {counts}"

    def _verified(self, signed: str) -> dict[str, Any]:
        """The claims of a JWS, with the server's published key. Raises jwt.InvalidTokenError."""
        keys = jwt.PyJWKSet.from_dict(self.eileen.call("GET", f"{NATIVE}/receipts/keys"))
        key = keys[jwt.get_unverified_header(signed)["kid"]]
        claims: dict[str, Any] = jwt.decode(signed, key.key, algorithms=["EdDSA"])
        return claims
