"""What the page's server answers."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from email.message import Message
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from edge.controls import Controls
from edge.errors import InputError
from edge.untrusted import BROKEN
from edge.web.access import COOKIE, SESSION_S, Access
from edge.web.board import Board
from edge.web.exchange import BoundedHandler

BODY_BYTES = 1024
"""Most bytes of what a client may send."""

_WAIT_S = 1.0  # for a newer frame, before the client asks again
_PAUSE_S = 0.02  # a client that asks without pause must not take the core from the loop
_WRONG_S = 0.5  # before a wrong token is told: many guesses a second need many connections
_FOLDER = Path(__file__).parent
_STATIC = {
    "/": ("page.html", "text/html; charset=utf-8"),
    "/page.css": ("page.css", "text/css; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"),
}


class PageHandler(BoundedHandler):
    """One client; the server's own attributes are set by `page_handler`."""

    board: Board
    access: Access
    controls: Controls

    def do_GET(self) -> None:  # noqa: N802 - the base class' name
        """The page, its picture, its state."""
        try:
            url = urlsplit(self.path)
        except ValueError:
            self.send_error(HTTPStatus.BAD_REQUEST)
            return
        if url.path in _STATIC:
            name, kind = _STATIC[url.path]
            self.answer(HTTPStatus.OK, (_FOLDER / name).read_bytes(), kind)
        elif url.path not in ("/frame.jpg", "/state.json", "/snapshot.jpg"):
            self.send_error(HTTPStatus.NOT_FOUND)
        elif not self._may(self.access.may_view):
            self.send_error(HTTPStatus.UNAUTHORIZED)
        else:
            time.sleep(_PAUSE_S)
            getattr(self, f"_{url.path[1:].partition('.')[0]}")(parse_qs(url.query))

    def do_HEAD(self) -> None:  # noqa: N802 - the base class' name
        """The head of what GET answers."""
        self.do_GET()

    def do_POST(self) -> None:  # noqa: N802 - the base class' name
        """A login, or changed settings."""
        told = self.headers.get("Content-Length", "")
        if self.access.is_foreign(self.headers):
            self.send_error(HTTPStatus.FORBIDDEN)
        elif self.headers.get_content_type() != "application/json":
            self.send_error(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        elif not (told.isascii() and told.isdecimal()):
            self.send_error(HTTPStatus.LENGTH_REQUIRED)
        elif len(told) > 9 or int(told) > BODY_BYTES:
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        elif self.path not in ("/login", "/settings"):
            self.send_error(HTTPStatus.NOT_FOUND)
        elif self.path == "/settings" and not self._may(self.access.may_change):
            self.send_error(HTTPStatus.FORBIDDEN)
        else:
            self._change(self.rfile.read(int(told)))

    def _may(self, access: Callable[[Message, str], bool]) -> bool:
        allowed = access(self.headers, self.client_address[0])
        if not allowed and "Authorization" in self.headers:
            time.sleep(_WRONG_S)
        return allowed

    def _change(self, body: bytes) -> None:
        try:
            document = json.loads(body)
            if self.path == "/login":
                self._login(str(document["token"]))
                return
            self.controls.threshold = float(document["threshold"])
        except (*BROKEN, InputError):
            self.send_error(HTTPStatus.BAD_REQUEST)
            return
        self.answer(HTTPStatus.NO_CONTENT)

    def _login(self, offered: str) -> None:
        session = self.access.log_in(offered, self.client_address[0])
        if session is None:
            time.sleep(_WRONG_S)
            self.send_error(HTTPStatus.UNAUTHORIZED)
            return
        cookie = f"{COOKIE}={session}; HttpOnly; SameSite=Strict; Path=/; Max-Age={SESSION_S:.0f}"
        self.answer(HTTPStatus.NO_CONTENT, extra={"Set-Cookie": cookie})

    def _frame(self, query: dict[str, list[str]]) -> None:
        try:
            after = int(query.get("after", ["-1"])[0][:18])
        except ValueError:
            after = -1
        newest = self.board.jpeg_after(after, _WAIT_S)
        if newest is None:
            self.answer(HTTPStatus.NO_CONTENT)
        else:
            self.answer(HTTPStatus.OK, newest[1], "image/jpeg", {"X-Version": str(newest[0])})

    def _snapshot(self, query: dict[str, list[str]]) -> None:
        newest = self.board.snapshot()
        if newest is None:
            self.send_error(HTTPStatus.SERVICE_UNAVAILABLE)
            return
        name = f'attachment; filename="edge-digits-{newest[0]}.jpg"'
        self.answer(HTTPStatus.OK, newest[1], "image/jpeg", {"Content-Disposition": name})

    def _state(self, query: dict[str, list[str]]) -> None:
        state = self.board.state()
        state["threshold"] = self.controls.threshold
        state["may_change"] = self._may(self.access.may_change)
        content = json.dumps(state, allow_nan=False).encode()
        self.answer(HTTPStatus.OK, content, "application/json")


def page_handler(board: Board, access: Access, controls: Controls) -> type[PageHandler]:
    """A handler for one board."""
    return type(
        "BoundPageHandler",
        (PageHandler,),
        {"board": board, "access": access, "controls": controls},
    )
