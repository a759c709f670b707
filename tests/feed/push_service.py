"""A double of a push service: takes messages over HTTP, checks the server's signature, and reads them as the client would."""

import base64
import json
import os
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import http_ece
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid01, Vapid02


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Device:
    """A client's side of a subscription: its private key and its secret."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = field(default_factory=lambda: os.urandom(16))

    def keys(self) -> dict[str, str]:
        """As a browser hands them out."""
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return {"p256dh": _text(point), "auth": _text(self.secret)}

    def read(self, headers: dict[str, str], body: bytes) -> dict[str, Any]:
        """The message, decrypted by the encoding that its headers name, once the signature holds."""
        if headers["content-encoding"] == "aes128gcm":
            assert Vapid02.verify(headers["authorization"])
            plain = http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret, version="aes128gcm")
        else:
            keys = dict(part.split("=", 1) for part in headers["crypto-key"].split(";"))
            scheme, token = headers["authorization"].split(" ")
            signed, signature = token.rsplit(".", 1)
            public = Vapid01.from_raw_public(keys["p256ecdsa"].encode())
            assert scheme == "WebPush" and public.verify_token(signed.encode(), signature)
            plain = http_ece.decrypt(
                body,
                salt=_bytes(headers["encryption"].removeprefix("salt=")),
                private_key=self.key,
                dh=_bytes(keys["dh"]),
                auth_secret=self.secret,
                version="aesgcm",
            )
        found: dict[str, Any] = json.loads(plain)
        return found


class PushService:
    """Listens on this machine; `status` is what it answers, `taken` the headers and bodies that it was sent."""

    def __init__(self) -> None:
        self.status = 201
        self.taken: list[tuple[dict[str, str], bytes]] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.taken.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(service.status)
                self.send_header("Content-Length", "0")
                self.send_header("Location", f"{service.url}/elsewhere")
                self.end_headers()

            def log_message(self, format: str, *arguments: Any) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
