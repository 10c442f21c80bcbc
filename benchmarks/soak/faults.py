"""What goes wrong around a camera, each done on purpose."""

from __future__ import annotations

import contextlib
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.soak.camera import Mood, NetworkCamera
from benchmarks.soak.listener import Mosquitto
from benchmarks.soak.process import LoopProcess

CLIENTS = 24
"""More connections than the page serves at once."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that can be broken."""

    loop: LoopProcess
    camera: NetworkCamera
    broker: Mosquitto


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault.

    Attributes:
        name: what happens, for the table.
        inflict: breaks something, and mends it where that is not up to the loop.
    """

    name: str
    inflict: Callable[[Scene], None]


@contextmanager
def _clients(port: int, greeting: bytes) -> Iterator[None]:
    """So many connections that say something and then hang."""
    with contextlib.ExitStack() as stack:
        for _ in range(CLIENTS):
            with contextlib.suppress(OSError):
                client = stack.enter_context(socket.create_connection(("127.0.0.1", port), 2))
                client.sendall(greeting)
        yield


def _hanging(scene: Scene) -> None:
    with _clients(scene.loop.page_port, b"GET /frame.jpg HTTP/1.1\r\nHost: 127"):
        time.sleep(12)


def _deaf(scene: Scene) -> None:
    request = b"GET /frame.jpg HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 40
    with _clients(scene.loop.page_port, request):
        time.sleep(6)


def _babble(scene: Scene) -> None:
    with _clients(scene.loop.page_port, bytes(range(256)) * 200):
        time.sleep(1)


def _broker_killed(scene: Scene) -> None:
    time.sleep(1.5)  # it has written down what it took on
    scene.broker.kill()
    time.sleep(8)
    scene.broker.start()


def _broker_restarted(scene: Scene) -> None:
    scene.broker.kill(signal.SIGTERM)
    scene.broker.start()


def _broker_frozen(scene: Scene) -> None:
    scene.broker.send(signal.SIGSTOP)
    time.sleep(10)
    scene.broker.send(signal.SIGCONT)


def _camera(mood: Mood, seconds: float) -> Callable[[Scene], None]:
    def inflict(scene: Scene) -> None:
        scene.camera.mood = mood
        time.sleep(seconds)
        scene.camera.mood = Mood.FINE

    return inflict


def _loop_frozen(scene: Scene) -> None:
    scene.loop.send(signal.SIGSTOP)
    time.sleep(5)
    scene.loop.send(signal.SIGCONT)


def _nobody_reads(scene: Scene) -> None:
    scene.loop.listening.clear()
    time.sleep(8)
    scene.loop.listening.set()


FAULTS = (
    Fault("clients that send half a request and hang", _hanging),
    Fault("the broker is killed and back after 8 s", _broker_killed),
    Fault("the camera is gone for 5 s", _camera(Mood.GONE, 5)),
    Fault("clients that ask and never listen", _deaf),
    Fault("the broker freezes for 10 s", _broker_frozen),
    Fault("the camera freezes for 14 s", _camera(Mood.FROZEN, 14)),
    Fault("clients that send rubbish", _babble),
    Fault("the broker restarts", _broker_restarted),
    Fault("the camera sends rubbish for 4 s", _camera(Mood.RUBBISH, 4)),
    Fault("the loop is suspended for 5 s", _loop_frozen),
    Fault("nobody reads its output for 8 s", _nobody_reads),
)
