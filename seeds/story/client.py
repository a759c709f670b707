"""What a client app does, in the words of the story. Everything goes over HTTP, as from a telephone."""

import datetime as dt
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx

from identity.engines.assessment.puppet import Gesture

NATIVE = "/api/humankind/v1"
SCOPES = "read write follow"
Found = TypeVar("Found")
Performance = Callable[[Gesture], list[bytes]]


class RefusedError(RuntimeError):
    """The server refused; `status` and `body` are its answer."""

    def __init__(self, answer: httpx.Response) -> None:
        self.status = answer.status_code
        try:
            self.body: dict[str, Any] = answer.json()
        except ValueError:
            self.body = {"error": answer.text[:300]}
        super().__init__(f"{answer.request.method} {answer.request.url.path}: {self.status} {self.sentence}")

    @property
    def sentence(self) -> str:
        """The reason in words, from either of the two error shapes."""
        return str(self.body.get("detail") or self.body.get("error"))


@dataclass
class Capture:
    """What one enrolment sent, kept by the story alone, to search for its traces later."""

    frames: list[tuple[Gesture, tuple[bytes, ...]]] = field(default_factory=list)


class Client:
    """One signed-in person's app."""

    def __init__(self, url: str, username: str, password: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=60)
        self.username = username
        self.password = password
        self.account_id = ""

    def call(self, method: str, path: str, **options: Any) -> Any:
        """One request; the JSON of its answer. Raises RefusedError for anything but success."""
        answer = self.http.request(method, path, **options)
        if answer.is_error:
            raise RefusedError(answer)
        return answer.json() if answer.content else None

    def sign_up(self) -> None:
        """Register an app and an account, as Mastodon's apps do."""
        app = self.call(
            "POST",
            "/api/v1/apps",
            data={"client_name": "Story", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob", "scopes": SCOPES},
        )
        credentials = {"client_id": app["client_id"], "client_secret": app["client_secret"], "scope": SCOPES}
        granted = self.call("POST", "/oauth/token", data={**credentials, "grant_type": "client_credentials"})
        account = {
            "username": self.username,
            "email": f"{self.username}@example.org",
            "password": self.password,
            "agreement": "true",
            "locale": "en",
        }
        headers = {"Authorization": f"Bearer {granted['access_token']}"}
        token = self.call("POST", "/api/v1/accounts", data=account, headers=headers)["access_token"]
        self.http.headers["Authorization"] = f"Bearer {token}"
        self.account_id = self.call("GET", "/api/v1/accounts/verify_credentials")["id"]

    def declare_over(self, years: int) -> dict[str, Any]:
        """Say to be at least so old."""
        answer: dict[str, Any] = self.call("POST", f"{NATIVE}/age", json={"region": "US", "over": years})
        return answer

    def declare_birth(self, day: dt.date) -> dict[str, Any]:
        """Give a date of birth."""
        said = {"region": "US", "date_of_birth": day.isoformat()}
        answer: dict[str, Any] = self.call("POST", f"{NATIVE}/age", json=said)
        return answer

    def consent(self, purpose: str) -> None:
        """Read the policy in force and agree to it."""
        self.call("POST", f"{NATIVE}/consents", json={"purpose": purpose, **self.agreement(purpose)})

    def agreement(self, purpose: str) -> dict[str, str]:
        """Which text of a purpose is agreed to: the one in force."""
        policies = self.call("GET", f"{NATIVE}/policies")
        policy = next(entry for entry in _entries(policies) if entry["purpose"] == purpose)
        return {"policy_version": policy["version"], "text_sha256": policy["text_sha256"]}

    def withdraw(self, purpose: str) -> None:
        """Take consent back."""
        self.call("DELETE", f"{NATIVE}/consents/{purpose}")

    def enrol(self, perform: Performance, *, progress: Callable[[str, float], None]) -> tuple[dict[str, Any], Capture]:
        """Open an enrolment, perform its challenge, submit it and wait for the decision."""
        return self.perform(self.call("POST", f"{NATIVE}/enrolments"), perform, progress=progress)

    def perform(
        self,
        enrolment: dict[str, Any],
        perform: Performance,
        *,
        progress: Callable[[str, float], None],
        ended: Collection[str] = ("admitted",),
    ) -> tuple[dict[str, Any], Capture]:
        """Perform the challenge of a capture, submit it and wait for the decision: one of `ended`, or a refusal."""
        capture = Capture()
        for step in enrolment["challenge"]:
            gesture = Gesture(step["gesture"] if isinstance(step, dict) else step)
            frames = tuple(perform(gesture))
            capture.frames.append((gesture, frames))
            self.send_frames(enrolment, gesture, frames)
            progress(f"performed {gesture.value.replace('_', ' ')}", 0.1 * len(capture.frames))
        self.call("POST", f"{NATIVE}/enrolments/{enrolment['id']}/submit", json={"nonce": enrolment["nonce"]})
        return self._decision(enrolment["id"], progress, {*ended, "review", "rejected", "expired"}), capture

    def send_frames(self, enrolment: dict[str, Any], gesture: Gesture, frames: Sequence[bytes]) -> None:
        """Upload the frames of one gesture."""
        files = [("frames", (f"{number}.jpg", data, "image/jpeg")) for number, data in enumerate(frames)]
        form = {"gesture": gesture.value, "nonce": enrolment["nonce"]}
        self.call("POST", f"{NATIVE}/enrolments/{enrolment['id']}/frames", data=form, files=files)

    def _decision(
        self, enrolment_id: str, progress: Callable[[str, float], None], ended: Collection[str]
    ) -> dict[str, Any]:
        def decided() -> dict[str, Any] | None:
            enrolment: dict[str, Any] = self.call("GET", f"{NATIVE}/enrolments/{enrolment_id}")
            progress(enrolment.get("step") or "checking", 0.3 + 0.7 * float(enrolment.get("progress") or 0))
            return enrolment if enrolment["state"] in ended else None

        return wait_until(decided, seconds=120)

    def post(self, text: str, **options: Any) -> dict[str, Any]:
        """Post a status."""
        status: dict[str, Any] = self.call("POST", "/api/v1/statuses", json={"status": text, **options})
        return status

    def home(self) -> list[dict[str, Any]]:
        """The home timeline."""
        statuses: list[dict[str, Any]] = self.call("GET", "/api/v1/timelines/home")
        return statuses

    def make_image(self, prompt: str, *, progress: Callable[[str, float], None]) -> dict[str, Any]:
        """Ask for an image and wait for it."""
        generation = self.call("POST", f"{NATIVE}/generations", json={"prompt": prompt})

        def finished() -> dict[str, Any] | None:
            current: dict[str, Any] = self.call("GET", f"{NATIVE}/generations/{generation['id']}")
            progress(current["state"], 0.5)
            return current if current["state"] in {"done", "refused", "failed"} else None

        return wait_until(finished, seconds=60)


def _entries(answer: Any) -> list[dict[str, Any]]:
    """The rows of a list answer, whether bare or in a page."""
    if isinstance(answer, list):
        return answer
    rows: list[dict[str, Any]] = next(value for value in answer.values() if isinstance(value, list))
    return rows


def wait_until(condition: Callable[[], Found | None], *, seconds: float) -> Found:
    """Ask again until there is an answer. Raises TimeoutError after `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found is not None:
            return found
        time.sleep(0.3)
    raise TimeoutError(f"no answer within {seconds:.0f} s")
