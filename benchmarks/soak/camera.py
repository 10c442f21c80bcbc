"""A camera on the network that can be pulled out, freeze and send rubbish: drawn pages as MJPEG."""

from __future__ import annotations

import contextlib
import threading
import time
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import cv2

from edge.sources.demo import DemoScene

_BOUNDARY = b"--picture\r\nContent-Type: image/jpeg\r\nContent-Length: "


class Mood(StrEnum):
    """What the camera does at the moment."""

    FINE = "fine"
    GONE = "gone"
    FROZEN = "frozen"
    RUBBISH = "rubbish"


class NetworkCamera:
    """Serves `http://127.0.0.1:PORT/stream.mjpg` in a thread; `mood` may be set at any time."""

    def __init__(self, size: tuple[int, int], fps: float) -> None:
        """Takes (width, height) in pixels and pictures a second."""
        self.mood = Mood.FINE
        self.sent = 0
        """Whole pictures that were sent."""
        self._fps = fps
        self._scene = DemoScene(size)
        self._closing = threading.Event()
        camera = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if camera.mood is not Mood.GONE:
                    camera._stream(self)

            def log_message(self, *_: Any) -> None:
                """A line a picture helps nobody."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        """Where the pictures are."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/stream.mjpg"

    def __enter__(self) -> Self:
        """Begins to serve."""
        threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Ends every stream."""
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()

    def _stream(self, client: BaseHTTPRequestHandler) -> None:
        client.send_response(200)
        client.send_header("Content-Type", "multipart/x-mixed-replace; boundary=picture")
        client.end_headers()
        began, number = time.monotonic(), 0
        with contextlib.suppress(OSError):  # the client went away
            while not self._closing.is_set() and self.mood is not Mood.GONE:
                self._closing.wait(max(0.0, began + number / self._fps - time.monotonic()))
                number += 1
                if self.mood is not Mood.FROZEN:
                    self._send(client.wfile, number)

    def _send(self, stream: Any, number: int) -> None:
        content = self._jpeg(time.monotonic(), number)
        rubbish = self.mood is Mood.RUBBISH
        if rubbish:  # torn in the middle, or no picture at all
            content = content[: len(content) // 2] if number % 2 else bytes(500)
        head = _BOUNDARY + str(len(content)).encode() + b"\r\n\r\n"
        stream.write(head + content + b"\r\n")
        stream.flush()
        self.sent += not rubbish

    def _jpeg(self, at_s: float, number: int) -> bytes:
        _, code = cv2.imencode(".jpg", self._scene.picture(at_s, number))
        return code.tobytes()
