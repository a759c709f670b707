"""The consumer's command as a process of its own, and a network between it and the server that fails on request."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

PACKAGE = Path(__file__).resolve().parents[2] / "consumer"
HOP = {"connection", "transfer-encoding", "keep-alive"}


def command_line(*arguments: object) -> list[str]:
    """`humankind-data` with these arguments."""
    return [sys.executable, "-m", "humankind_data", *map(str, arguments)]


def surroundings(**variables: str) -> dict[str, str]:
    """An environment in which nothing of the house can be imported."""
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(PACKAGE), "COLUMNS": "200", **variables}


def humankind_data(*arguments: object, cwd: Path, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run the command to its end."""
    return subprocess.run(
        command_line(*arguments),
        cwd=cwd,
        env=surroundings(**variables),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@dataclass
class Network:
    """A proxy in front of the server. Each hook is empty until a test sets it.

    `cut` ends the body of a file after so many bytes and then keeps the line open without a word, until `let_go`.
    `tamper` gives other bytes in place of a body. `refusals` counts down 429s with a Retry-After of one second.
    """

    target: str
    cut: int | None = None
    tamper: Callable[[str, bytes], bytes] | None = None
    refusals: int = 0
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    is_cut: threading.Event = field(default_factory=threading.Event)
    let_go: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        network = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                network.answer(self)

            def do_POST(self) -> None:
                network.answer(self)

            def log_message(self, format: str, *arguments: object) -> None:
                """Nothing is to be read between the tests' lines."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.let_go.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Where the command is sent."""
        return f"http://localhost:{self._server.server_port}"

    def ranges(self) -> list[str]:
        """Every range that was asked for."""
        return [headers["range"] for _, headers in self.asked if "range" in headers]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Pass one request on, and its answer back, as the hooks say."""
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.asked.append((handler.path, headers))
        body = handler.rfile.read(int(headers.get("content-length", 0)))
        if self.refusals:
            self.refusals -= 1
            self._say(
                handler, 429, {"Retry-After": "1"}, b'{"detail": "Too many requests: 5 are allowed in a minute."}'
            )
            return
        passed = {name: value for name, value in headers.items() if name not in HOP}
        answer = httpx.request(handler.command, self.target + handler.path, headers=passed, content=body, timeout=60)
        content = self.tamper(handler.path, answer.content) if self.tamper else answer.content
        kept = {name: value for name, value in answer.headers.items() if name not in HOP | {"content-length"}}
        self._say(handler, answer.status_code, kept, content)

    def _say(self, handler: BaseHTTPRequestHandler, status: int, headers: dict[str, str], body: bytes) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        if status != 204:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if self.cut is not None and "/exports/download" in handler.path and "data%2F" in handler.path:
            handler.wfile.write(body[: self.cut])
            handler.wfile.flush()
            self.is_cut.set()
            self.let_go.wait(60)
            return
        handler.wfile.write(body)
