"""The server, as a recipient's program calls it: tokens, waiting, trying again, and signed addresses."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from humankind_data import __version__
from humankind_data.failures import Closed, Misused, NotAllowed, Unreachable

ROOT = "/api/humankind/v1/exports"
SCOPE = "export:read"
TRIES = 6
# A server's word on how long to wait, where it gives none.
DEFAULT_WAIT = 5.0
LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}
Tell = Callable[[str], None]


@dataclass
class Server:
    """Raises NotAllowed, Closed and Unreachable. `patience` is the longest wait that the server may ask for, in seconds."""

    url: str
    client_id: str
    client_secret: str = field(repr=False)
    patience: float = 900.0
    tell: Tell = lambda sentence: None
    _token: str = field(default="", init=False, repr=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise Misused(f"{self.url} is not the address of a server.")
        if parts.scheme == "http" and parts.hostname not in LOCAL_HOSTS:
            raise Misused(f"{self.url}: the client secret is sent over https:// alone.")
        self.url = self.url.rstrip("/")
        # Bytes as they are stored: what is hashed and resumed is the file, not a compressed form of it.
        headers = {"User-Agent": f"humankind-data/{__version__}", "Accept-Encoding": "identity"}
        self._http = httpx.Client(headers=headers, timeout=httpx.Timeout(30, connect=10))

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def get(self, path: str, **parameters: Any) -> dict[str, Any]:
        """The JSON object at a path below the exports."""
        return _parsed(self._asked("GET", path, params=parameters))

    def content(self, path: str) -> bytes:
        """The bytes at a path below the exports."""
        return self._asked("GET", path).content

    def post(self, path: str, body: dict[str, str]) -> None:
        """Send JSON."""
        self._asked("POST", path, json=body)

    @contextmanager
    def opened(self, address: str, headers: dict[str, str]) -> Iterator[httpx.Response]:
        """What a signed address answers, not yet read. It carries its own permission, so no token goes with it."""
        target = urljoin(f"{self.url}/", address)
        if _origin(target) != _origin(self.url) and urlsplit(target).scheme != "https":
            raise Unreachable(f"The server gave an address that is not safe to fetch from: {target[:100]}.")
        for tried in range(TRIES):
            try:
                with self._http.stream("GET", target, headers=headers) as answer:
                    if not self._has_waited(answer, tried):
                        yield answer
                        return
            except httpx.TransportError as error:
                raise Unreachable(f"The connection to {self.url} broke: {error or type(error).__name__}.") from error
        raise Unreachable(f"{self.url} went on asking to wait.")

    def _asked(self, method: str, path: str, **options: Any) -> httpx.Response:
        renewed = False
        tried = 0
        while tried < TRIES:
            if not self._token:
                self._token = self._granted()
            headers = {"Authorization": f"Bearer {self._token}"}
            answer = self._sent(method, f"{self.url}{ROOT}{path}", tried, headers=headers, **options)
            if answer is None or self._has_waited(answer, tried):
                tried += 1
                continue
            if answer.status_code == 401 and not renewed:
                # It may have run out since.
                renewed, self._token = True, ""
                continue
            _demand_success(answer)
            return answer
        raise Unreachable(f"{self.url} did not answer {TRIES} times.")

    def _granted(self) -> str:
        form = {"grant_type": "client_credentials", "scope": SCOPE}
        form |= {"client_id": self.client_id, "client_secret": self.client_secret}
        for tried in range(TRIES):
            answer = self._sent("POST", f"{self.url}/oauth/token", tried, data=form)
            if answer is None or self._has_waited(answer, tried):
                continue
            if answer.status_code in {400, 401, 403}:
                raise NotAllowed(f"The server gave no token: {_sentence(answer)}")
            _demand_success(answer)
            token = _parsed(answer).get("access_token")
            if not isinstance(token, str) or not token:
                raise Unreachable("The server's answer holds no token.")
            return token
        raise Unreachable(f"{self.url} did not answer {TRIES} times.")

    def _sent(self, method: str, target: str, tried: int, **options: Any) -> httpx.Response | None:
        """The answer; None after a wait where there was none."""
        try:
            return self._http.request(method, target, **options)
        except httpx.TransportError as error:
            if tried + 1 == TRIES:
                reason = str(error) or type(error).__name__
                raise Unreachable(f"{self.url} cannot be reached: {reason}.") from error
            self._wait(_backoff(tried), f"{self.url} does not answer")
            return None

    def _has_waited(self, answer: httpx.Response, tried: int) -> bool:
        """Whether the server asked for patience, and got it."""
        if answer.status_code != 429 and answer.status_code < 500:
            return False
        answer.read()
        asked = answer.headers.get("Retry-After", "")
        seconds = float(asked) if asked.isdigit() else max(DEFAULT_WAIT, _backoff(tried))
        if answer.status_code != 429 and not asked:
            seconds = _backoff(tried)
            if tried + 1 == TRIES:
                raise Unreachable(f"{self.url} answers {answer.status_code}: {_sentence(answer)}")
        self._wait(seconds, _sentence(answer))
        return True

    def _wait(self, seconds: float, why: str) -> None:
        if seconds > self.patience:
            raise Unreachable(
                f"{why.rstrip('.')}. The server asks to wait {seconds:.0f} s; --wait allows {self.patience:.0f} s."
            )
        self.tell(f"{why.rstrip('.')}; waiting {seconds:.0f} s")
        time.sleep(seconds)


def _backoff(tried: int) -> float:
    return float(2**tried) * random.uniform(0.5, 1.0)  # noqa: S311 # spreads callers, guards nothing


def _origin(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.scheme, parts.netloc


def _demand_success(answer: httpx.Response) -> None:
    if answer.is_success:
        return
    if answer.status_code in {401, 403}:
        raise NotAllowed(f"The server refused: {_sentence(answer)}")
    if answer.status_code == 404:
        raise NotAllowed(f"The server has no such thing for this client: {_sentence(answer)}")
    if answer.status_code == 410:
        raise Closed(_sentence(answer))
    raise Unreachable(f"The server answered {answer.status_code}: {_sentence(answer)}")


def _parsed(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Unreachable(f"{answer.request.url.path} did not answer with JSON: is this a Humankind server?")
    return body


def _sentence(answer: httpx.Response) -> str:
    """The reason in words, from any of the server's shapes of a refusal."""
    try:
        body = answer.json()
    except ValueError:
        body = None
    if isinstance(body, dict):
        for name in ("detail", "error_description", "error"):
            if isinstance(body.get(name), str) and body[name]:
                return str(body[name])
    return f"{answer.status_code} {answer.reason_phrase}"


def code_of(answer: httpx.Response) -> str:
    """The refusal's name for programs; "" where it has none."""
    try:
        body = answer.json()
    except ValueError:
        return ""
    return str(body.get("code", "")) if isinstance(body, dict) else ""


def refuse(answer: httpx.Response) -> None:
    """Raises what fits an answer that is no success."""
    answer.read()
    _demand_success(answer)
