"""Many keep-alive connections from one thread: each asks again as soon as it has its answer."""

import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

BUFFER = 1 << 18
HEAD_ENDS = b"\r\n\r\n"
LENGTH = b"content-length: "


@dataclass(frozen=True)
class Measured:
    """What a run of requests took; times in milliseconds."""

    requests: int
    seconds: float
    p50: float
    p99: float
    bytes_each: float

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


class _Connection:
    def __init__(self, port: int, requests: Sequence[bytes], first: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._requests = requests
        self._next = first
        self.wanted = 0
        self.got = 0
        self.began = 0.0

    def ask(self) -> None:
        self.wanted = self.got = 0
        self.began = time.perf_counter()
        self.socket.sendall(self._requests[self._next % len(self._requests)])
        self._next += 1

    def take(self, buffer: bytearray) -> bool:
        """Whether the answer is whole now. Raises RuntimeError for any but 200."""
        number = self.socket.recv_into(buffer)
        if number == 0:
            raise RuntimeError("The server closed the connection.")
        if not self.wanted:
            head = bytes(buffer[: min(number, 4096)])
            end = head.find(HEAD_ENDS)
            if not head.startswith(b"HTTP/1.1 200") or end < 0:
                raise RuntimeError(head[:500].decode("latin-1"))
            lowered = head[:end].lower()
            place = lowered.index(LENGTH) + len(LENGTH)
            self.wanted = end + len(HEAD_ENDS) + int(lowered[place:].split(b"\r", 1)[0])
        self.got += number
        return self.got >= self.wanted


def hammer(port: int, requests: Sequence[bytes], *, connections: int, seconds: float) -> Measured:
    """Ask for `seconds`; each connection begins at another of the requests and goes round."""
    selector = selectors.EpollSelector()
    buffer = bytearray(BUFFER)
    held = [_Connection(port, requests, place * len(requests) // connections) for place in range(connections)]
    times: list[float] = []
    size = 0
    started = time.perf_counter()
    for one in held:
        selector.register(one.socket, selectors.EVENT_READ, one)
        one.ask()
    while (now := time.perf_counter()) - started < seconds:
        for key, _ in selector.select(1):
            one = key.data
            if one.take(buffer):
                now = time.perf_counter()
                times.append(now - one.began)
                size += one.got
                one.ask()
    spent = time.perf_counter() - started
    for one in held:
        one.socket.close()
    p50, p99 = np.percentile(times, [50, 99]) * 1000
    return Measured(len(times), spent, float(p50), float(p99), size / len(times))
