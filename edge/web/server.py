"""A server that a slow, stuck or greedy client cannot keep: bounds on all it may take."""

from __future__ import annotations

import contextlib
import io
import ipaddress
import socket
import socketserver
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MOST_CLIENTS = 16
"""Connections at once; a browser takes up to six."""

MOST_FROM_ONE = 12
"""Of them from one address: one stranger cannot keep all others out."""

DEADLINE_S = 10.0
"""Within which a request must have come, and its answer be taken."""

HEAD_BYTES = 16 * 1024
"""Most bytes of a request's first line and headers together."""

_FULL = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class BoundedServer(ThreadingHTTPServer):
    """A thread a client, so many at most, and each only as long as its deadline."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128  # who finds it full tries again a second later

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        """Binds and listens; raises OSError where that cannot be."""
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        self._lock = threading.Lock()
        self._deadlines: dict[Any, float] = {}
        self._places: dict[Any, int] = {}
        super().__init__(address, handler)

    def server_bind(self) -> None:
        """Binds without asking for the host's full name, which may take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

    def renew(self, connection: Any) -> None:
        """Gives a connection its full time again."""
        with self._lock:
            if connection in self._deadlines:
                self._deadlines[connection] = time.monotonic() + DEADLINE_S

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serves a client in a thread, or turns it away where there are too many."""
        place = _place(client_address[0])
        with self._lock:
            beside = sum(one == place for one in self._places.values())
            full = len(self._deadlines) >= MOST_CLIENTS or beside >= MOST_FROM_ONE
            if not full:
                self._deadlines[request] = time.monotonic() + DEADLINE_S
                self._places[request] = place
        if full:
            with contextlib.suppress(OSError):
                request.settimeout(0.05)
                request.sendall(_FULL)
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Closes a connection."""
        with self._lock:
            self._deadlines.pop(request, None)
            self._places.pop(request, None)
        super().shutdown_request(request)

    def service_actions(self) -> None:
        """Now and then: cuts off whoever is past the deadline."""
        now = time.monotonic()
        with self._lock:
            late = [one for one, until in self._deadlines.items() if now > until]
        for connection in late:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no error of ours, and is not logged."""


def _place(address: str) -> int:
    """Where a client is: its address, of version 6 the half that a machine cannot choose."""
    found = ipaddress.ip_address(address)
    if found.version == 4 or found.ipv4_mapped:
        return int(found)
    return int(found) >> 64


class BoundedReader(io.RawIOBase):
    """A request's stream that ends after so many bytes of lines."""

    def __init__(self, stream: Any) -> None:
        """Takes the connection's own stream."""
        super().__init__()
        self._stream = stream
        self._left = HEAD_BYTES

    @property
    def overrun(self) -> bool:
        """Whether the head was longer than it may be."""
        return self._left <= 0

    def renew(self) -> None:
        """A new request begins."""
        self._left = HEAD_BYTES

    def readable(self) -> bool:
        """It is."""
        return True

    def readline(self, size: int | None = -1, /) -> bytes:
        """One line, or what the bound leaves of it."""
        if self._left <= 0:
            return b""
        most = self._left if size is None or size < 0 else min(size, self._left)
        line: bytes = self._stream.readline(most)
        self._left -= len(line)
        return line

    def read(self, size: int | None = -1, /) -> bytes:
        """Bytes of the body; the caller bounds them."""
        content: bytes = self._stream.read(size)
        return content

    def close(self) -> None:
        """Closes the connection's stream."""
        self._stream.close()
        super().close()
