"""The page that `--serve` shows: the live picture and what is read in it."""

from __future__ import annotations

import errno
import re
import sys
import threading
from types import TracebackType
from typing import Self

from edge.controls import Controls
from edge.errors import InputError
from edge.frames import Frame
from edge.reading import Reading
from edge.web.access import Access
from edge.web.board import Board
from edge.web.handler import page_handler
from edge.web.server import BoundedServer

_POLL_S = 0.25


class WebSink:
    """Serves the page from threads of its own; the loop only leaves its frames there."""

    def __init__(
        self, address: tuple[str, int], token: str | None, source: str, controls: Controls
    ) -> None:
        """Takes host and port, the token, the source's name and the settings.

        Raises:
            InputError: the address is not loopback and there is no token.
        """
        self._address = address
        self._board = Board(source)
        self._handler = page_handler(self._board, Access(address[0], token), controls)
        self._server: BoundedServer | None = None

    @property
    def url(self) -> str:
        """Where the page is, once it is open."""
        if self._server is None:
            raise RuntimeError("the page is open inside a with block")
        host = self._address[0]
        shown = f"[{host}]" if ":" in host else host
        return f"http://{shown}:{self._server.server_address[1]}/"

    def __enter__(self) -> Self:
        """Binds and serves; raises InputError where the address cannot be had."""
        host, port = self._address
        try:
            self._server = BoundedServer(self._address, self._handler)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                reason = "the port is taken; name another"
            elif error.errno == errno.EACCES:
                reason = "ports below 1024 are the system's; name one above"
            else:
                reason = f"{error.strerror or error}; name an address of this machine"
            raise InputError(f"cannot serve on {host}:{port}: {reason}") from error
        threading.Thread(
            target=self._server.serve_forever, args=(_POLL_S,), name="page", daemon=True
        ).start()
        print(f"the page is at {self.url}", file=sys.stderr)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stops serving; whoever still reads is cut off."""
        self._board.close()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    def show(self, frame: Frame, reading: Reading, fps: float) -> bool:
        """Leaves the frame where the clients find it."""
        self._board.put(frame, reading, fps)
        return True


def parse_address(text: str) -> tuple[str, int]:
    """Host and port of "127.0.0.1:8080", "[::1]:8080", "0.0.0.0:8080" or "8080".

    Raises:
        InputError: it is none of these.
    """
    found = re.fullmatch(r"(?:(\[[0-9a-fA-F:.]+\]|[^\s:\[\]/]+):)?([0-9]{1,5})", text)
    if found is None or not 0 <= int(found[2]) <= 65535:
        raise InputError(f"--serve takes HOST:PORT such as 127.0.0.1:8080, not {text!r}")
    return (found[1] or "127.0.0.1").strip("[]"), int(found[2])
