"""A small web server on this machine, for what is fetched from the web."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = b"""<!doctype html><html lang="de-DE"><head><title>Not this</title>
<meta property="og:title" content="A &lt;b&gt;title&lt;/b&gt;"><meta name="description" content="What it\nis about">
<meta property="og:site_name" content="The Site"><meta property="og:image" content="/picture.png">
<meta property="article:published_time" content="2026-01-02T03:04:05Z"></head><body><meta property="og:title" content="late">"""

Answer = Callable[[BaseHTTPRequestHandler], None]


class Web:
    """Paths and what they answer; `asked` are the paths that were asked for, with their `Host`."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, str]] = []

    def page(self, path: str, body: bytes, *, kind: str = "text/html", status: int = 200, **headers: str) -> None:
        """Serve a body at a path."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            handler.send_header("Content-Type", kind)
            handler.send_header("Content-Length", str(len(body)))
            for name, value in headers.items():
                handler.send_header(name.replace("_", "-"), value)
            handler.end_headers()
            handler.wfile.write(body)

        self.answers[path] = answer


@contextmanager
def web() -> Iterator[Web]:
    """Serve until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked.append((self.path, self.headers["Host"]))
            if self.path in served.answers:
                served.answers[self.path](self)
            else:
                self.send_error(404)

        def log_message(self, format: str, *arguments: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    served = Web(server.server_address[1])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
