"""A client that enrols, as an app with a camera would; a puppet stands in for the person before it."""

import secrets
from functools import cache
from pathlib import Path
from typing import Any, Self

import httpx
import matplotlib
import numpy as np
import skimage
from allauth.idp.oidc.models import Token
from PIL import Image

from identity.engines.assessment.instruments import flat_photograph
from identity.engines.assessment.puppet import Puppet
from identity.engines.gestures import Gesture
from identity.models import Account
from identity.operations.age import declare_age
from tests.clients.people import Caller
from tests.identity.world import consent, ready_to_enrol
from tests.live import wait_for

API = "/api/humankind/v1"
# Both in the public domain, and shipped inside the wheels of two libraries.
GRACE = Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg"
EILEEN = Path(skimage.__file__).parent / "data" / "astronaut.png"


@cache
def photograph(path: Path) -> Any:
    """Pixels, (height, width, 3) RGB."""
    return np.asarray(Image.open(path).convert("RGB"))


@cache
def performed(path: Path, gesture: str) -> tuple[bytes, ...]:
    """The puppet's frames of one gesture; made once, for they cost seconds."""
    return tuple(_puppet(path).perform(Gesture(gesture)))


@cache
def flat(path: Path, gesture: str) -> tuple[bytes, ...]:
    """A photograph moved before the camera, as if it were the gesture."""
    return tuple(flat_photograph(photograph(path), Gesture(gesture)))


@cache
def _puppet(path: Path) -> Puppet:
    return Puppet(photograph(path))


class Enroller:
    """One account with a token, and its enrolment."""

    def __init__(self, http: httpx.Client, username: str, *, consents: bool = True, ages: bool = True) -> None:
        self.http = http
        self.account = Account.objects.create(username=username)
        self.token = secrets.token_urlsafe(30)
        token = Token(type=Token.Type.ACCESS_TOKEN, user=self.account)
        token.set_value(self.token)
        token.set_scopes(["read", "write"])
        token.save()
        self.headers = {"Authorization": f"Bearer {self.token}"}
        self.enrolment: dict[str, Any] = {}
        if ages:
            declare_age(account_id=self.account.pk, region="DE", over=18)
        if consents:
            consent(self.account.pk)

    @classmethod
    def of(cls, caller: Caller) -> Self:
        """Somebody who has signed up already."""
        enroller = cls.__new__(cls)
        enroller.http, enroller.token, enroller.headers = caller.client, caller.token, caller.headers
        enroller.account = Account.objects.get(pk=caller.account_id)
        enroller.enrolment = {}
        ready_to_enrol(caller.account_id)
        return enroller

    def get(self, path: str) -> httpx.Response:
        return self.http.get(f"{API}{path}", headers=self.headers)

    def post(self, path: str, **options: Any) -> httpx.Response:
        headers = self.headers | options.pop("headers", {})
        return self.http.post(f"{API}{path}", headers=headers, **options)

    def delete(self, path: str) -> httpx.Response:
        return self.http.delete(f"{API}{path}", headers=self.headers)

    @property
    def path(self) -> str:
        return f"/enrolments/{self.enrolment['id']}"

    @property
    def gestures(self) -> list[str]:
        return [asked["gesture"] for asked in self.enrolment["challenge"]]

    def open(self, **asked: Any) -> None:
        answer = self.post("/enrolments", json=asked)
        assert answer.status_code == 201, answer.text
        self.enrolment = answer.json()

    def send(self, gesture: str, frames: tuple[bytes, ...], *, nonce: str | None = None) -> httpx.Response:
        files = [("frames", (f"{number}.jpg", frame)) for number, frame in enumerate(frames)]
        data = {"gesture": gesture, "nonce": self.enrolment["nonce"] if nonce is None else nonce}
        return self.post(f"{self.path}/frames", data=data, files=files)

    def capture(self, path: Path, *, by: Any = performed, **asked: Any) -> None:
        """Open an enrolment and send everything asked, without submitting it."""
        self.open(**asked)
        for gesture in self.gestures:
            answer = self.send(gesture, by(path, gesture))
            assert answer.status_code == 200, answer.text

    def submit(self) -> None:
        answer = self.post(f"{self.path}/submit")
        assert answer.status_code == 202, answer.text

    def decided(self, *, seconds: float = 60) -> dict[str, Any]:
        """The enrolment once it is decided."""
        undecided = {"opened", "capturing", "checking"}
        wait_for(lambda: self.get(self.path).json()["state"] not in undecided, what="the decision", seconds=seconds)
        answer: dict[str, Any] = self.get(self.path).json()
        return answer

    def enrol(self, path: Path, *, by: Any = performed, **asked: Any) -> dict[str, Any]:
        """All of it."""
        self.capture(path, by=by, **asked)
        self.submit()
        return self.decided()
