"""What a supervisor is told, and what a journal gets."""

from __future__ import annotations

import re
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from edge.frames import Frame
from edge.notify import Watchdog
from edge.reading import Reading
from edge.sinks.minute import MinuteSink
from tests.filmed import start
from tests.support import ROOT


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[tuple[str, list[str]]]:
    """A socket as systemd has it, and what is told there."""
    told: list[str] = []
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(address)
        channel.settimeout(0.1)
        done = threading.Event()

        def listen() -> None:
            while not done.is_set():
                try:
                    told.append(channel.recv(100).decode())
                except TimeoutError:
                    continue

        thread = threading.Thread(target=listen)
        thread.start()
        yield address, told
        done.set()
        thread.join()


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="systemd is Linux'")
def test_the_loop_tells_systemd_that_it_is_ready_alive_and_ending(
    supervisor: tuple[str, list[str]],
) -> None:
    address, told = supervisor
    with start("--source", "demo", NOTIFY_SOCKET=address, WATCHDOG_USEC="400000") as process:
        until = time.monotonic() + 60
        while told.count("WATCHDOG=1") < 3:
            assert time.monotonic() < until, told
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    time.sleep(0.2)
    assert told[0] == "READY=1"
    assert told[-1] == "STOPPING=1"
    assert set(told[1:-1]) == {"WATCHDOG=1"}


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="systemd is Linux'")
def test_the_watchdog_is_told_twice_as_often_as_it_asks(
    supervisor: tuple[str, list[str]],
) -> None:
    address, told = supervisor
    now = 0.0
    watchdog = Watchdog({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "60000000"}, lambda: now)
    for _ in range(30 * 120):  # two minutes of frames
        watchdog.alive()
        now += 1 / 30
    time.sleep(0.3)
    assert told == ["WATCHDOG=1"] * 4


def test_where_nobody_listens_nothing_is_told() -> None:
    for settings in ({}, {"NOTIFY_SOCKET": "/nowhere/at/all", "WATCHDOG_USEC": "1"}):
        watchdog = Watchdog(settings)
        watchdog.ready()
        watchdog.alive()
        watchdog.ending()


def test_the_unit_runs_what_there_is() -> None:
    unit = (ROOT / "edge" / "edge-digits.service").read_text("utf-8")
    called = r"^ExecStart=\S+/\.venv-pi/bin/python -m edge\.webcam (.*)$"
    command = re.search(called, unit, re.MULTILINE)
    assert command is not None
    from edge.options import build_parser

    args = build_parser().parse_args(command[1].split())
    assert args.no_window
    assert args.serve.startswith("127.0.0.1:"), "it would show the camera to the network"
    assert "Type=notify" in unit
    assert "WatchdogSec=" in unit
    assert not re.search(r"^Environment=.*(TOKEN|PASSWORD)", unit, re.MULTILINE)


def test_a_journal_gets_a_line_a_minute(capsys: pytest.CaptureFixture[str]) -> None:
    now = 0.0
    with MinuteSink(lambda: now) as sink:
        for index in range(32 * 150):
            now += 1 / 32  # exact in binary
            sink.show(
                Frame(np.zeros((4, 4, 3), np.uint8), index, now, now - 0.02),
                Reading(lines=("31", "4"), stages_us={"compare": 1.0}),
                30.0,
            )
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("1920 frames in 60 s, 0 of them read, capture to here p50 20 ms")
    assert lines[0].endswith("reads: 31 | 4")
