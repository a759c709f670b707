"""A root secret that never leaves a key management service: HashiCorp Vault's transit engine, or OpenBao's.

`POST /v1/MOUNT/hmac/KEY` with `{"input": base64, "algorithm": "sha2-256", "key_version": N}` and the header
`X-Vault-Token` answers `{"data": {"hmac": "vault:vN:base64"}}`, or `{"errors": ["..."]}` with another status
(Vault's API documentation, "Transit: Generate HMAC"). HMAC is a pseudorandom function, so its value over the label of an
epoch is a key of that epoch (NIST SP 800-108r1); HKDF then gives it the length asked for.

Checked against a double that speaks these bodies, and never yet against a Vault: docs/decisions/0022-template-keys.md.
"""

from __future__ import annotations

import base64
import http.client
import json
import ssl
from pathlib import Path
from threading import Lock
from urllib.parse import urlsplit

from identity.engines.root_secret import KEY_BYTES, RootSecretRefused, RootSecretUnavailable, expand

SECONDS = 5.0
LONGEST_ANSWER = 64 * 1024
MAC_BYTES = 32


class VaultTransit:
    """`address` is that of the HMAC endpoint, with mount and key: https://vault.example:8200/v1/transit/hmac/humankind.

    The version of the key is fixed: were it the latest, rotating the key in Vault would make every code unreadable. The
    token is read from its file at every call, since Vault Agent renews it there. Derived keys are kept in memory, so an
    outage stops only processes that start.
    """

    def __init__(self, address: str, *, token_file: str, source: str, key_version: int = 1, ca_file: str = "") -> None:
        self.source = source
        self._url = urlsplit(address)
        self._token_file = Path(token_file)
        self._version = key_version
        self._ca_file = ca_file
        self._known: dict[bytes, bytes] = {}
        self._turn = Lock()
        local = self._url.hostname in {"localhost", "127.0.0.1", "::1"}
        if self._url.scheme != "https" and not (self._url.scheme == "http" and local):
            raise RootSecretRefused(f"{source} must be an https:// address: keys would cross the network in the clear.")
        if "/hmac/" not in self._url.path or self._url.query:
            raise RootSecretRefused(
                f"{source} must be the address of an HMAC endpoint: https://HOST/v1/MOUNT/hmac/KEY."
            )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.source}>"

    def derive(self, info: bytes, *, length: int = KEY_BYTES) -> bytes:
        with self._turn:
            if info not in self._known:
                self._known[info] = self._mac(info)
            return expand(self._known[info], info, length=length)

    def _mac(self, info: bytes) -> bytes:
        question = {
            "input": base64.b64encode(info).decode(),
            "algorithm": "sha2-256",
            "key_version": self._version,
        }
        status, answer = self._post(json.dumps(question).encode())
        if status in {400, 403, 404}:
            raise RootSecretRefused(f"{self.source} refuses with status {status}: {_errors(answer)}")
        if status != 200:
            raise RootSecretUnavailable(f"{self.source} answers with status {status}: {_errors(answer)}")
        return self._read(answer)

    def _post(self, body: bytes) -> tuple[int, bytes]:
        try:
            token = self._token_file.read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            raise RootSecretRefused(f"The token file of {self.source} cannot be read.") from error
        headers = {"X-Vault-Token": token, "X-Vault-Request": "true", "Content-Type": "application/json"}
        connection = self._connection()
        try:
            # http.client follows no redirect, so the token goes to no other host.
            connection.request("POST", self._url.path, body=body, headers=headers)
            response = connection.getresponse()
            return response.status, response.read(LONGEST_ANSWER)
        except (OSError, http.client.HTTPException) as error:
            raise RootSecretUnavailable(f"{self.source} does not answer: {type(error).__name__}.") from error
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        host, port = self._url.hostname or "", self._url.port
        if self._url.scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=SECONDS)
        context = ssl.create_default_context(cafile=self._ca_file or None)
        return http.client.HTTPSConnection(host, port, timeout=SECONDS, context=context)

    def _read(self, answer: bytes) -> bytes:
        try:
            name, version, encoded = json.loads(answer)["data"]["hmac"].split(":")
            mac = base64.b64decode(encoded, validate=True)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise RootSecretUnavailable(f"{self.source} answers with something that is no HMAC of Vault's.") from error
        if (name, version) != ("vault", f"v{self._version}") or len(mac) != MAC_BYTES:
            raise RootSecretRefused(
                f"{self.source} answers with an HMAC of {len(mac)} bytes under key version {version[:12]};"
                f" {MAC_BYTES} bytes under v{self._version} were asked for."
            )
        return mac


def _errors(answer: bytes) -> str:
    try:
        errors = json.loads(answer)["errors"]
        return "; ".join(str(error)[:200] for error in errors[:3]) or "no reason given"
    except (ValueError, KeyError, TypeError):
        return "no reason given"
