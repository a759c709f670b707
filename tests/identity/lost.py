"""Somebody who has lost every way to sign in: no token, only a face and the secret of what they asked for."""

from pathlib import Path
from typing import Any

import httpx

from identity.queries.policies import policy_of
from seeds.software_authenticator import SoftwareAuthenticator
from tests.identity.enrolling import API, performed
from tests.live import wait_for


class Lost:
    """`place` is "/recoveries", or another address that is asked by face."""

    def __init__(self, http: httpx.Client, place: str = "/recoveries") -> None:
        self.http = http
        self.place = place
        self.asked: dict[str, Any] = {}
        self.headers: dict[str, str] = {}

    def ask(self, **more: Any) -> httpx.Response:
        """Ask, consenting to the newest text of the check."""
        policy = policy_of("biometric_check")
        assert policy
        consent = {"policy_version": policy.version, "text_sha256": policy.text_sha256}
        return self.http.post(f"{API}{self.place}", json=consent | more)

    def begin(self, **more: Any) -> None:
        answer = self.ask(**more)
        assert answer.status_code == 201, answer.text
        self.asked = answer.json()
        self.headers = {"Capture-Secret": self.asked["secret"]}

    @property
    def capture_path(self) -> str:
        return f"{API}/enrolments/{self.asked['capture']['id']}"

    @property
    def path(self) -> str:
        return f"{API}{self.place}/{self.asked['id']}"

    def send(self, path: Path, *, by: Any = performed) -> None:
        """Everything that the challenge asks for, without submitting it."""
        capture = self.asked["capture"]
        for asked in capture["challenge"]:
            frames = by(path, asked["gesture"])
            files = [("frames", (f"{number}.jpg", frame)) for number, frame in enumerate(frames)]
            data = {"gesture": asked["gesture"], "nonce": capture["nonce"]}
            answer = self.http.post(f"{self.capture_path}/frames", data=data, files=files, headers=self.headers)
            assert answer.status_code == 200, answer.text

    def decided(self) -> dict[str, Any]:
        """The request once its capture is decided."""
        submitted = self.http.post(f"{self.capture_path}/submit", headers=self.headers)
        assert submitted.status_code == 202, submitted.text
        undecided = {"opened", "capturing", "checking"}
        wait_for(lambda: self.now()["capture"]["state"] not in undecided, what="the decision", seconds=180)
        return self.now()

    def show_face(self, path: Path, **more: Any) -> dict[str, Any]:
        """All of it."""
        self.begin(**more)
        self.send(path)
        return self.decided()

    def now(self) -> dict[str, Any]:
        """The request as it stands."""
        answer = self.http.get(self.path, headers=self.headers)
        assert answer.status_code == 200, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    def complete(self, authenticator: SoftwareAuthenticator) -> httpx.Response:
        """Register a new passkey with the recovery's secret."""
        begun = self.http.post(f"{self.path}/passkeys/begin", headers=self.headers)
        if begun.status_code != 200:
            return begun
        body = {"name": "New phone", "response": authenticator.create(begun.json()["public_key"])}
        return self.http.post(f"{self.path}/passkeys/complete", json=body, headers=self.headers)
