"""A real mosquitto for the tests, and one who listens to it."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import json
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import numpy as np
import pytest

from edge.frames import Frame
from edge.reading import Reading

# Debian puts it where only root looks.
MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")

needs_paho = pytest.mark.skipif(
    importlib.util.find_spec("paho") is None, reason="paho-mqtt is not installed"
)
needs_broker = pytest.mark.skipif(
    MOSQUITTO is None or importlib.util.find_spec("paho") is None,
    reason="mosquitto (Debian: apt install mosquitto) or paho-mqtt is not installed",
)

TOPIC = "house/desk"


def frame(index: int = 0) -> Frame:
    return Frame(np.zeros((8, 8, 3), np.uint8), index, index / 10)


def reading(*lines: str) -> Reading:
    return Reading(lines=lines)


@contextlib.contextmanager
def broker_on(port: int, folder: Path, *extra: str) -> Iterator[None]:
    """A mosquitto of its own; what it retained is forgotten at its end."""
    config = folder / "mosquitto.conf"
    anonymous = () if extra else ("allow_anonymous true",)
    config.write_text("\n".join([f"listener {port} 127.0.0.1", *anonymous, *extra, ""]))
    log = (folder / "mosquitto.log").open("ab")
    process = subprocess.Popen([str(MOSQUITTO), "-c", str(config)], stdout=log, stderr=log)
    try:
        wait_until(lambda: answers(port))
        yield
    finally:
        process.terminate()
        process.wait(20)
        log.close()


def answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def wait_until(true: Callable[[], object]) -> None:
    until = time.monotonic() + 40
    while not true():
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.02)


class Listener:
    """Everything that a broker sends on, in order."""

    def __init__(self, port: int, ca: Path | None = None) -> None:
        paho = importlib.import_module("paho.mqtt.client")
        self.messages: list[tuple[str, Any, bool, int]] = []
        self._ready = threading.Event()
        self._client = paho.Client(paho.CallbackAPIVersion.VERSION2)
        self._client.on_connect = lambda client, *_: client.subscribe("#", qos=2)
        self._client.on_subscribe = lambda *_: self._ready.set()
        self._client.on_message = self._take
        if ca is not None:
            self._client.tls_set(str(ca))
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        assert self._ready.wait(20)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _take(self, client: Any, data: Any, message: Any) -> None:
        text = message.payload.decode()
        content = json.loads(text) if text.startswith("{") else text
        self.messages.append((message.topic, content, bool(message.retain), message.qos))

    def texts(self) -> list[str]:
        """The readings' texts."""
        return [m[1]["text"] for m in list(self.messages) if m[0] == f"{TOPIC}/reading"]

    def availability(self) -> list[str]:
        return [m[1] for m in list(self.messages) if m[0] == f"{TOPIC}/availability"]
