"""The live loop as a process of its own, looked at from outside."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, NamedTuple

STARVED = 0.5
"""Share of a page's time that one thread of the loop or its guest spent waiting for a processor,
from which on other programs are to blame when the page did not come."""

_CHECKOUT = Path(__file__).resolve().parents[2]
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


@dataclass(frozen=True, slots=True)
class Sample:
    """What the loop holds at a moment, `at_s` seconds after its start."""

    at_s: float
    rss_bytes: int
    handles: int
    threads: int
    frames: int


class Line(NamedTuple):
    """One frame that was read: its number, when it was taken, and what stands in it."""

    number: int
    time_s: float
    lines: tuple[str, ...]


class LoopProcess:
    """`python -m edge.webcam` with the page, MQTT and a recording; its lines are collected."""

    def __init__(self, arguments: list[str], folder: Path, page: int) -> None:
        """Starts it.

        Args:
            arguments: of the loop, beside `--no-window --json`.
            folder: for what it says on stderr.
            page: port on which it serves its page.
        """
        self.frames: list[Line] = []
        """What was printed, in that order."""
        self.broken_lines = 0
        self.last_line_s = time.monotonic()
        self.pages = self.pages_failed = self.pages_starved = 0
        self.listening = threading.Event()
        """Cleared, nobody reads what it prints."""
        self.listening.set()
        self.page_port = page
        self._began_s = time.monotonic()
        self.said = folder / "stderr.txt"
        self._log = self.said.open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "edge.webcam", "--no-window", "--json", *arguments],
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=os.environ | {"PYTHONPATH": str(_CHECKOUT)},
        )
        self._threads = [
            threading.Thread(target=work, daemon=True) for work in (self._read, self._look)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def ended(self) -> int | None:
        """Its exit code once it has ended."""
        return self._process.poll()

    def send(self, number: signal.Signals) -> None:
        """Sends it a signal."""
        self._process.send_signal(number)

    def sample(self) -> Sample:
        """Looks at it now (Linux); OSError once it is gone."""
        proc = Path("/proc") / str(self._process.pid)
        pages = int((proc / "statm").read_text("ascii").split()[1])
        return Sample(
            time.monotonic() - self._began_s,
            pages * _PAGE_BYTES,
            len(list((proc / "fd").iterdir())),
            len(list((proc / "task").iterdir())),
            len(self.frames),
        )

    def stop(self) -> int:
        """Ends it as Ctrl-C does; returns its exit code."""
        self.listening.set()
        with contextlib.suppress(OSError):
            self._process.send_signal(signal.SIGINT)
        try:
            code = self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        self._threads[0].join(10)
        self._log.close()
        return code

    def _read(self) -> None:
        stream: Any = self._process.stdout
        for line in stream:
            try:
                document = json.loads(line)
                found = int(document["frame"]), float(document["time_s"]), document["lines"]
                self.frames.append(Line(*found[:2], tuple(found[2])))
            except (ValueError, KeyError, TypeError):
                self.broken_lines += 1
            self.last_line_s = time.monotonic()
            self.listening.wait()

    def _look(self) -> None:
        """A guest at the page: the picture and the state, twice a second."""
        time.sleep(3)
        while self.ended is None:
            began_s, before = time.monotonic(), self._waited_s()
            try:
                fine = all(self._fetch(name) for name in ("/frame.jpg", "/state.json"))
            except (OSError, HTTPException):
                fine = False
            spent_s, after = time.monotonic() - began_s, self._waited_s()
            starved = not fine and wait_between(before, after) > STARVED * spent_s
            self.pages += fine
            self.pages_starved += starved
            self.pages_failed += not (fine or starved)
            time.sleep(0.5)

    def _waited_s(self) -> dict[str, float]:
        """Seconds that each thread of the loop, and this one, was ready and had no processor."""
        guest = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        waited = {}
        for task in (guest, *Path(f"/proc/{self._process.pid}/task").glob("*/schedstat")):
            with contextlib.suppress(OSError, IndexError):  # it ended; the kernel does not tell
                waited[task.parent.name] = int(task.read_text("ascii").split()[1]) / 1e9
        return waited

    def _fetch(self, path: str) -> bool:
        connection = HTTPConnection("127.0.0.1", self.page_port, timeout=5)
        with contextlib.closing(connection):
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            return answer.status < 400


def wait_between(before: Mapping[str, float], after: Mapping[str, float]) -> float:
    """Seconds that the thread which waited longest did, of what each had by two moments.

    Threads that wait at once would add up to more than the time that passed.
    """
    return max((until - before.get(name, 0.0) for name, until in after.items()), default=0.0)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
