"""How a request is taken in and an answer goes out: bounds on the one, headers on the other."""

from __future__ import annotations

from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any, cast

from edge.web.server import DEADLINE_S, BoundedReader, BoundedServer

_SECURITY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' blob: data:; connect-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}


class BoundedHandler(BaseHTTPRequestHandler):
    """One client of a `BoundedServer`."""

    protocol_version = "HTTP/1.1"
    server_version = "edge-digits"
    sys_version = ""
    timeout = DEADLINE_S

    def setup(self) -> None:
        """Puts a bound on what is read."""
        super().setup()
        self._bounded = BoundedReader(self.rfile)
        self.rfile = cast("Any", self._bounded)

    def handle_one_request(self) -> None:
        """Each request has its own time and its own bound."""
        self._bounded.renew()
        cast("BoundedServer", self.server).renew(self.connection)
        super().handle_one_request()

    def parse_request(self) -> bool:
        """Refuses a head that is too long."""
        fine = super().parse_request()
        # What of a body is left unread would be taken for the next request, by us or by a proxy.
        if fine and (
            self.headers.get("Content-Length", "0") != "0" or "Transfer-Encoding" in self.headers
        ):
            self.close_connection = True
        if fine and self._bounded.overrun:
            self.send_error(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
            return False
        return fine

    def answer(
        self,
        status: HTTPStatus,
        content: bytes = b"",
        kind: str = "text/plain; charset=utf-8",
        extra: dict[str, str] | None = None,
    ) -> None:
        """Sends a whole answer, of it only the head where no more was asked for."""
        self.send_response(status)
        headers = {**_SECURITY, **(extra or {})}
        if status is not HTTPStatus.NO_CONTENT:
            headers |= {"Content-Type": kind, "Content-Length": str(len(content))}
        if self.close_connection:
            headers["Connection"] = "close"
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """A refusal in few words, with the same headers as any answer."""
        self.close_connection = True
        status = HTTPStatus(code)
        self.answer(status, f"{status.value} {status.phrase}\n".encode())

    def version_string(self) -> str:
        """No versions: they only help whoever looks for a hole."""
        return self.server_version

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class' name
        """Nothing: a line a picture helps nobody."""
