"""The live page, opened for a test."""

from __future__ import annotations

import contextlib
import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from edge.controls import Controls
from edge.frames import Frame
from edge.reading import Detection, Number, Reading
from edge.sinks.web import WebSink
from edge.web import server

TOKEN = "a token of some length"  # noqa: S105 - of the tests alone
WEB = Path(server.__file__).parent


def reading(text: str) -> Reading:
    """A reading of one line; every digit has its place and a bright input."""
    detections = tuple(
        Detection(
            (20 + 40 * place, 60, 30, 50),
            digit,
            0.9,
            np.eye(10, dtype=np.float32)[int(digit)],
            np.full((28, 28), 40 * place + 60, np.uint8),
        )
        for place, digit in enumerate(text)
    )
    numbers = (Number(text, (20, 60, 200, 50)),) if text else ()
    stages = {"ink": 1200.0, "segment": 900.0, "classify": 150.0}
    return Reading(detections, numbers, (text,) if text else (), stages)


def frame(index: int) -> Frame:
    """A page whose grey follows from its number."""
    return Frame(np.full((240, 320, 3), 40 + index % 8 * 25, np.uint8), index, index / 25)


@dataclass
class Served:
    """An open page with what stands behind it."""

    sink: WebSink
    controls: Controls
    port: int

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: object = None,
        **headers: str,
    ) -> tuple[int, dict[str, str], bytes]:
        """One request on a connection of its own: status, headers, content."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        content = None
        if body is not None:
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        try:
            connection.request(method, path, content, sent)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()


@contextlib.contextmanager
def serving(token: str | None = None, text: str | None = "314") -> Iterator[Served]:
    controls = Controls()
    with WebSink(("127.0.0.1", 0), token, "a test", controls) as sink:
        port = int(sink.url.rsplit(":", 1)[1].strip("/"))
        if text is not None:
            sink.show(frame(1), reading(text), 25.0)
        yield Served(sink, controls, port)
