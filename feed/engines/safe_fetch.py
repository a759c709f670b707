"""Fetches from the web what strangers name, and never from a network that strangers should not reach.

Each name is resolved once, its address is checked, and the connection goes to that very address: a name that resolves to
something else a moment later (DNS rebinding) changes nothing. Each redirect goes the same way from its beginning.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import certifi

MOST_REDIRECTS = 3
SECONDS_IN_ALL = 10.0
SECONDS_OF_SILENCE = 5.0
SECONDS_TO_RESOLVE = 4.0
PIECE = 16 * 1024
PORTS = {"http": 80, "https": 443}
REDIRECTS = {301, 302, 303, 307, 308}
# What an address may hold as it is (RFC 3986), escapes that are there already among it.
UNQUOTED = "/%:@!$&'()*+,;=~-._?"
USER_AGENT = "Humankind/0.1 (link preview)"

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address
# Global in the registries, and yet a way to other addresses: 6to4, its relays. NAT64 lies outside 2000::/3.
NOT_OURS_TO_REACH = (IPv6Network("2002::/16"), IPv4Network("192.88.99.0/24"))
GLOBAL_UNICAST = IPv6Network("2000::/3")


class FetchRefusedError(Exception):
    """Nothing was fetched; `lasting` when trying again would end the same."""

    def __init__(self, reason: str, *, lasting: bool) -> None:
        super().__init__(reason)
        self.lasting = lasting


@dataclass(frozen=True, slots=True)
class Fetched:
    """What stood at `url`, the last address of its redirects; `body` may be cut at the bound that was asked for."""

    url: str
    content_type: str
    charset: str
    body: bytes


def fetch(url: str, *, most_bytes: int, accept: str, cut: bool = False, also: Sequence[Network] = ()) -> Fetched:
    """GET over http or https from a public address, within ten seconds in all.

    A longer body is cut where `cut` says so, else refused. `also` are networks that may be reached beside the public
    internet, on any port. Raises FetchRefusedError.
    """
    ends, target = threading.Event(), ""
    with _deadline(ends) as guard:
        for _ in range(MOST_REDIRECTS + 1):
            try:
                url = urljoin(url, target)
                answer = _once(url, most_bytes=most_bytes, accept=accept, cut=cut, also=also, guard=guard)
            except (OSError, http.client.HTTPException, ValueError) as error:
                # A certificate that does not hold will not hold in a minute either.
                lasting = isinstance(error, ssl.SSLCertVerificationError | ValueError)
                raise FetchRefusedError(f"no answer: {type(error).__name__}", lasting=lasting) from error
            if ends.is_set():
                raise FetchRefusedError(f"no answer within {SECONDS_IN_ALL:.0f} seconds", lasting=False)
            if isinstance(answer, Fetched):
                return answer
            target = answer
    raise FetchRefusedError(f"more than {MOST_REDIRECTS} redirects", lasting=True)


def is_public(address: Address) -> bool:
    """Whether an address lies on the public internet, and leads to nowhere else."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address not in GLOBAL_UNICAST:
            return False
    elsewhere = any(address in network for network in NOT_OURS_TO_REACH)
    return address.is_global and not address.is_multicast and not elsewhere


class _Guard:
    """Shuts the connection of the moment when the time is over, however the other side trickles."""

    def __init__(self, ends: threading.Event) -> None:
        self.ends = ends
        self.socket: socket.socket | None = None

    def expire(self) -> None:
        self.ends.set()
        if self.socket is not None:
            try:
                self.socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                return


@contextmanager
def _deadline(ends: threading.Event) -> Iterator[_Guard]:
    guard = _Guard(ends)
    timer = threading.Timer(SECONDS_IN_ALL, guard.expire)
    timer.daemon = True
    timer.start()
    try:
        yield guard
    finally:
        timer.cancel()


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was checked, whatever the name resolves to now."""

    def __init__(self, host: str, port: int, *, address: Address, guard: _Guard, secure: bool) -> None:
        super().__init__(host, port, timeout=SECONDS_OF_SILENCE)
        self.address, self.guard, self.secure = address, guard, secure
        # The name goes into `Host` without the port that everybody knows.
        self.default_port = PORTS["https" if secure else "http"]

    def connect(self) -> None:
        plain = socket.create_connection((str(self.address), self.port), timeout=SECONDS_OF_SILENCE)
        self.sock = self.guard.socket = plain
        if self.secure:
            context = ssl.create_default_context(cafile=certifi.where())
            tls = context.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock = self.guard.socket = tls
            tls.do_handshake()
        if self.guard.ends.is_set():
            raise TimeoutError


def _once(
    url: str, *, most_bytes: int, accept: str, cut: bool, also: Sequence[Network], guard: _Guard
) -> Fetched | str:
    """What stands at the address, or the address that it redirects to."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname or parts.username is not None:
        raise FetchRefusedError("neither http nor https to a named host", lasting=True)
    host = parts.hostname.encode("idna").decode() if not parts.hostname.isascii() else parts.hostname
    port = parts.port or PORTS[parts.scheme]
    address = _checked_address(host, port, also)
    connection = _Pinned(host, port, address=address, guard=guard, secure=parts.scheme == "https")
    try:
        path = quote(parts.path or "/", safe=UNQUOTED)
        query = f"?{quote(parts.query, safe=UNQUOTED)}" if parts.query else ""
        headers = {"User-Agent": USER_AGENT, "Accept": accept, "Accept-Encoding": "identity", "Connection": "close"}
        connection.request("GET", f"{path}{query}", headers=headers)
        answer = connection.getresponse()
        if answer.status in REDIRECTS and (target := answer.getheader("Location")):
            return target
        return _body(url, answer, most_bytes=most_bytes, cut=cut)
    finally:
        connection.close()


def _checked_address(host: str, port: int, also: Sequence[Network]) -> Address:
    for found in _resolved(host, port):
        if any(found in network for network in also):
            return found
        if is_public(found):
            if port not in PORTS.values():
                raise FetchRefusedError("a port that no web page is on", lasting=True)
            return found
    raise FetchRefusedError("no public address", lasting=True)


def _resolved(host: str, port: int) -> list[Address]:
    # The resolver has no timeout of its own that could be set.
    pool = ThreadPoolExecutor(1)
    try:
        found: list[Any] = pool.submit(socket.getaddrinfo, host, port, 0, socket.SOCK_STREAM).result(SECONDS_TO_RESOLVE)
    finally:
        pool.shutdown(wait=False)
    # An address with a zone (fe80::1%eth0) is a neighbour's.
    return [ip_address(str(place[0])) for *_, place in found if "%" not in str(place[0])]


def _body(url: str, answer: http.client.HTTPResponse, *, most_bytes: int, cut: bool) -> Fetched:
    if answer.status != 200:
        raise FetchRefusedError(f"answered {answer.status}", lasting=answer.status < 500 and answer.status != 429)
    if (answer.getheader("Content-Encoding") or "identity").lower() != "identity":
        raise FetchRefusedError("compressed, though asked not to", lasting=True)
    pieces: list[bytes] = []
    left = most_bytes + (0 if cut else 1)
    while left > 0 and (piece := answer.read(min(PIECE, left))):
        pieces.append(piece)
        left -= len(piece)
    if not cut and left == 0:
        raise FetchRefusedError(f"more than {most_bytes} bytes", lasting=True)
    return Fetched(
        url=url,
        content_type=answer.headers.get_content_type().lower(),
        charset=str(answer.headers.get_content_charset() or ""),
        body=b"".join(pieces),
    )
