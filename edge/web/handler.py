"""What the page's server answers."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from email.message import Message
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from edge.controls import Controls
from edge.errors import InputError
from edge.web.access import COOKIE, SESSION_S, Access
from edge.web.board import Board
from edge.web.server import DEADLINE_S, BoundedReader, BoundedServer

BODY_BYTES = 1024
"""Most bytes of what a client may send."""

_WAIT_S = 1.0  # for a newer frame, before the client asks again
_PAUSE_S = 0.02  # a client that asks without pause must not take the core from the loop
_FOLDER = Path(__file__).parent
_STATIC = {
    "/": ("page.html", "text/html; charset=utf-8"),
    "/page.css": ("page.css", "text/css; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"),
}
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


class PageHandler(BaseHTTPRequestHandler):
    """One client; the server's own attributes are set by `page_handler`."""

    board: Board
    access: Access
    controls: Controls

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
        if fine and self._bounded.overrun:
            self.send_error(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
            return False
        return fine

    def do_GET(self) -> None:
        """The page, its picture, its state."""
        url = urlsplit(self.path)
        if url.path in _STATIC:
            name, kind = _STATIC[url.path]
            self._answer(HTTPStatus.OK, (_FOLDER / name).read_bytes(), kind)
        elif url.path not in ("/frame.jpg", "/state.json", "/snapshot.jpg"):
            self.send_error(HTTPStatus.NOT_FOUND)
        elif not self._may(self.access.may_view):
            self.send_error(HTTPStatus.UNAUTHORIZED)
        else:
            time.sleep(_PAUSE_S)
            getattr(self, f"_{url.path[1:].partition('.')[0]}")(parse_qs(url.query))

    def do_POST(self) -> None:
        """A login, or changed settings."""
        # Whatever is refused leaves its body unread: the connection ends with it.
        self.close_connection = True
        told = self.headers.get("Content-Length", "")
        if self.access.is_foreign(self.headers):
            self.send_error(HTTPStatus.FORBIDDEN)
        elif self.headers.get_content_type() != "application/json":
            self.send_error(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        elif not (told.isascii() and told.isdecimal()):
            self.send_error(HTTPStatus.LENGTH_REQUIRED)
        elif int(told[:9]) > BODY_BYTES:
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        elif self.path not in ("/login", "/settings"):
            self.send_error(HTTPStatus.NOT_FOUND)
        elif self.path == "/settings" and not self.access.may_change(
            self.headers, self.client_address[0]
        ):
            self.send_error(HTTPStatus.FORBIDDEN)
        else:
            self._change(self.rfile.read(int(told)))

    def _may(self, access: Callable[[Message, str], bool]) -> bool:
        return access(self.headers, self.client_address[0])

    def _change(self, body: bytes) -> None:
        try:
            document = json.loads(body)
            if self.path == "/login":
                self._login(str(document["token"]))
                return
            self.controls.threshold = float(document["threshold"])
        except (ValueError, TypeError, KeyError, RecursionError, InputError):
            self.send_error(HTTPStatus.BAD_REQUEST)
            return
        self._answer(HTTPStatus.NO_CONTENT)

    def _login(self, offered: str) -> None:
        session = self.access.log_in(offered, self.client_address[0])
        if session is None:
            time.sleep(0.5)
            self.send_error(HTTPStatus.UNAUTHORIZED)
            return
        cookie = f"{COOKIE}={session}; HttpOnly; SameSite=Strict; Path=/; Max-Age={SESSION_S:.0f}"
        self._answer(HTTPStatus.NO_CONTENT, extra={"Set-Cookie": cookie})

    def _frame(self, query: dict[str, list[str]]) -> None:
        try:
            after = int(query.get("after", ["-1"])[0][:18])
        except ValueError:
            after = -1
        newest = self.board.jpeg_after(after, _WAIT_S)
        if newest is None:
            self._answer(HTTPStatus.NO_CONTENT)
        else:
            self._answer(HTTPStatus.OK, newest[1], "image/jpeg", {"X-Version": str(newest[0])})

    def _snapshot(self, query: dict[str, list[str]]) -> None:
        newest = self.board.snapshot()
        if newest is None:
            self.send_error(HTTPStatus.SERVICE_UNAVAILABLE)
            return
        name = f'attachment; filename="edge-digits-{newest[0]}.jpg"'
        self._answer(HTTPStatus.OK, newest[1], "image/jpeg", {"Content-Disposition": name})

    def _state(self, query: dict[str, list[str]]) -> None:
        state = self.board.state()
        state["threshold"] = self.controls.threshold
        state["may_change"] = self._may(self.access.may_change)
        content = json.dumps(state, allow_nan=False).encode()
        self._answer(HTTPStatus.OK, content, "application/json")

    def _answer(
        self,
        status: HTTPStatus,
        content: bytes = b"",
        kind: str = "text/plain; charset=utf-8",
        extra: dict[str, str] | None = None,
    ) -> None:
        self.send_response(status)
        headers = {**_SECURITY, **(extra or {})}
        if status is not HTTPStatus.NO_CONTENT:
            headers |= {"Content-Type": kind, "Content-Length": str(len(content))}
        if self.close_connection:
            headers["Connection"] = "close"
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """A refusal in few words, with the same headers as any answer."""
        self.close_connection = True
        status = HTTPStatus(code)
        self._answer(status, f"{status.value} {status.phrase}\n".encode())

    def version_string(self) -> str:
        """No versions: they only help whoever looks for a hole."""
        return self.server_version

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class' name
        """Nothing: a line a picture helps nobody."""


def page_handler(board: Board, access: Access, controls: Controls) -> type[PageHandler]:
    """A handler for one board."""
    return type(
        "BoundPageHandler",
        (PageHandler,),
        {"board": board, "access": access, "controls": controls},
    )
