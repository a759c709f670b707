"""The root secret: the same keys from wherever it lies, refused with the setting's name, and never printed."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from identity.engines.codes import epoch_key
from identity.engines.root_secret import FileSecret, HeldSecret, RootSecret, RootSecretRefused, RootSecretUnavailable
from identity.engines.vault_transit import VaultTransit

SECRET = b"a root secret of at least thirty-two bytes"


def file_secret(path: Path, *, content: bytes = SECRET, mode: int = 0o400) -> FileSecret:
    path.write_bytes(content)
    path.chmod(mode)
    return FileSecret(str(path), source="THE_FILE")


def test_a_file_and_a_variable_with_the_same_words_give_the_same_keys(tmp_path: Path) -> None:
    held = HeldSecret(SECRET, source="THE_VARIABLE")
    filed = file_secret(tmp_path / "secret", content=SECRET + b"\n")
    assert epoch_key(filed, 3, model="m") == epoch_key(held, 3, model="m")
    assert len(filed.derive(b"x", length=64)) == 64


@pytest.mark.parametrize("mode", [0o444, 0o644, 0o604, 0o402, 0o401])
def test_a_file_that_the_world_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(RootSecretRefused, match=r"THE_FILE names a file of mode .*: make it 0400 or 0440"):
        file_secret(tmp_path / "secret", mode=mode).derive(b"x")


def test_a_file_of_the_owner_and_group_is_taken(tmp_path: Path) -> None:
    assert file_secret(tmp_path / "secret", mode=0o440).derive(b"x")


def test_a_missing_short_or_endless_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(RootSecretRefused, match="THE_FILE names a file that cannot be read: No such file"):
        FileSecret(str(tmp_path / "nowhere"), source="THE_FILE").derive(b"x")
    with pytest.raises(RootSecretRefused, match="THE_FILE has 5 bytes; it needs at least 32"):
        file_secret(tmp_path / "short", content=b"short").derive(b"x")
    with pytest.raises(RootSecretRefused, match="more than 4096 bytes"):
        file_secret(tmp_path / "endless", content=b"x" * 5000).derive(b"x")


def test_no_secret_and_no_key_is_in_what_is_printed(tmp_path: Path) -> None:
    roots: list[RootSecret] = [HeldSecret(SECRET, source="A"), file_secret(tmp_path / "secret")]
    for root in roots:
        root.derive(b"x")
        assert SECRET.decode() not in f"{root} {root!r}"
    with pytest.raises(RootSecretRefused) as refusal:
        HeldSecret(b"a short secret", source="A").derive(b"x")
    assert "a short secret" not in str(refusal.value)


class Transit(BaseHTTPRequestHandler):
    """Vault's transit engine as its documentation describes the wire: one key "humankind" with two versions."""

    VERSIONS = {1: b"1" * 32, 2: b"2" * 32}
    TOKEN = "hvs.of-a-test"
    asked: list[dict[str, Any]] = []
    answer: tuple[int, bytes] | None = None

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).asked.append(body)
        status, content = self.answer or self._answer(body)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _answer(self, body: dict[str, Any]) -> tuple[int, bytes]:
        if self.headers["X-Vault-Token"] != self.TOKEN:
            return 403, b'{"errors":["permission denied"]}'
        if self.path != "/v1/transit/hmac/humankind":
            return 400, b'{"errors":["encryption key not found"]}'
        version = body["key_version"] or max(self.VERSIONS)
        assert body["algorithm"] == "sha2-256"
        mac = hmac.digest(self.VERSIONS[version], base64.b64decode(body["input"], validate=True), hashlib.sha256)
        data = {"hmac": f"vault:v{version}:{base64.b64encode(mac).decode()}"}
        content = {"request_id": "r", "lease_id": "", "renewable": False, "lease_duration": 0, "data": data}
        return 200, json.dumps(content).encode()

    def log_message(self, format: str, *arguments: Any) -> None:
        """Keep quiet."""


@pytest.fixture
def vault() -> Iterator[str]:
    Transit.asked, Transit.answer = [], None
    server = HTTPServer(("127.0.0.1", 0), Transit)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1/transit/hmac/humankind"
    server.shutdown()
    thread.join()
    server.server_close()


def transit(address: str, folder: Path, *, token: str = Transit.TOKEN, version: int = 1) -> VaultTransit:
    (folder / "token").write_text(f"{token}\n")
    return VaultTransit(address, token_file=str(folder / "token"), source="THE_VAULT", key_version=version)


def test_vault_derives_by_hmac_under_a_fixed_key_version_and_is_asked_once(vault: str, tmp_path: Path) -> None:
    root = transit(vault, tmp_path)
    key = epoch_key(root, 1, model="m")
    assert key == epoch_key(root, 1, model="m") == epoch_key(transit(vault, tmp_path), 1, model="m")
    assert len({key, epoch_key(root, 2, model="m"), epoch_key(transit(vault, tmp_path, version=2), 1, model="m")}) == 3
    assert [asked["key_version"] for asked in Transit.asked] == [1, 1, 1, 2]
    assert base64.b64decode(Transit.asked[0]["input"]) == b"humankind face template, epoch 1, model m"
    assert Transit.TOKEN not in repr(root)


def test_a_refusal_of_vault_is_told_with_its_reason(vault: str, tmp_path: Path) -> None:
    with pytest.raises(RootSecretRefused, match="THE_VAULT refuses with status 403: permission denied"):
        transit(vault, tmp_path, token="another").derive(b"x")
    with pytest.raises(RootSecretRefused, match="status 400: encryption key not found"):
        transit(f"{vault}-other", tmp_path).derive(b"x")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((503, b'{"errors":["Vault is sealed"]}'), RootSecretUnavailable),
        ((200, b"not json"), RootSecretUnavailable),
        ((200, b'{"data":{"hmac":"c29tZXRoaW5n"}}'), RootSecretUnavailable),
        ((200, b'{"data":{"hmac":"vault:v2:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}}'), RootSecretRefused),
        ((200, b'{"data":{"hmac":"vault:v1:AAAA"}}'), RootSecretRefused),
        ((307, b"{}"), RootSecretUnavailable),
    ],
    ids=["sealed", "not JSON", "no version", "another version", "too short", "redirect"],
)
def test_an_answer_that_is_not_the_key_is_never_taken_for_one(
    vault: str, tmp_path: Path, answer: tuple[int, bytes], error: type[Exception]
) -> None:
    Transit.answer = answer
    root = transit(vault, tmp_path)
    with pytest.raises(error, match="THE_VAULT"):
        root.derive(b"x")
    Transit.answer = None
    assert root.derive(b"x")


def test_a_vault_that_is_down_is_an_outage_and_an_address_in_the_clear_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RootSecretUnavailable, match="THE_VAULT does not answer"):
        transit("http://127.0.0.1:1/v1/transit/hmac/humankind", tmp_path).derive(b"x")
    with pytest.raises(RootSecretRefused, match="https"):
        transit("http://vault.example:8200/v1/transit/hmac/humankind", tmp_path)
    with pytest.raises(RootSecretRefused, match="HMAC endpoint"):
        transit("https://vault.example:8200/v1/transit/keys/humankind", tmp_path)
