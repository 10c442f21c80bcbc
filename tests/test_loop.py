"""The loop itself, with sources and sinks that are none, and a camera as far as it goes."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Self

import cv2
import numpy as np
import pytest

from edge.arrays import UInt8Array
from edge.errors import InputError
from edge.frames import Frame
from edge.loop import FrameRate, read_live
from edge.reader import Reader
from edge.reading import Reading
from edge.sinks import Sink
from edge.steady import SingleFrames
from edge.webcam import main
from tests.filmed import page, play


def test_the_rate_is_smoothed() -> None:
    rate = FrameRate()
    assert rate.tick(0.0) == 0
    assert rate.tick(0.1) == pytest.approx(10)
    assert 5 < rate.tick(0.3) < 10
    for i in range(100):
        last = rate.tick(0.3 + (i + 1) / 20)
    assert last == pytest.approx(20, rel=0.01)


def numbered(value: int) -> Frame:
    """A frame whose pixels all say its number."""
    return Frame(np.full((8, 8, 3), value, np.uint8), value, value / 10)


class ListSource:
    """Frames from memory."""

    name, live, film, fps = "memory", False, True, 10.0

    def __init__(self, frames: Sequence[Frame]) -> None:
        self._frames = frames

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def __iter__(self) -> Any:
        return iter(self._frames)


class CountingSink:
    """Counts, and asks for the end after `until` frames."""

    def __init__(self, until: int = 1000) -> None:
        self.indices: list[int] = []
        self._until = until

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def show(self, frame: Frame, reading: Reading, fps: float) -> bool:
        self.indices.append(frame.index)
        return len(self.indices) < self._until


class RefusingReader(Reader):
    """Refuses every second frame."""

    def __init__(self) -> None: ...

    def read(self, frame: UInt8Array, *, turns: int | None = 0) -> Reading:
        if frame[0, 0, 0] % 2:
            raise InputError("a frame that is odd")
        return Reading()


def test_a_frame_that_cannot_be_read_is_left_out_and_told_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    sink = CountingSink()
    source = ListSource([numbered(i) for i in range(6)])
    assert read_live(source, SingleFrames(RefusingReader()), [sink]) == 6
    assert sink.indices == [0, 2, 4]
    assert capsys.readouterr().err == "frame 1 is left out: a frame that is odd\n"


def test_any_sink_can_end_the_loop_and_all_get_the_last_frame() -> None:
    sinks: list[Sink] = [CountingSink(2), CountingSink()]
    source = ListSource([numbered(2 * i) for i in range(9)])
    read_live(source, SingleFrames(RefusingReader()), sinks)
    assert [sink.indices for sink in sinks if isinstance(sink, CountingSink)] == [[0, 2], [0, 2]]


# A camera, as far as it goes without one


class FakeCapture:
    """Stands for cv2.VideoCapture: so many pages, then the cable is pulled."""

    opened: ClassVar[list[FakeCapture]] = []

    def __init__(self, number: int) -> None:
        self.left = 20 if number == 0 else 0
        self.is_open = number < 2
        self.opened.append(self)

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        return self.is_open

    def read(self) -> tuple[bool, UInt8Array | None]:
        time.sleep(0.02)  # a camera waits for its picture
        self.left -= 1
        return (True, page("417")) if self.left >= 0 else (False, None)

    def set(self, what: int, value: float) -> bool:
        return True

    def release(self) -> None:
        self.is_open = False


@pytest.fixture
def fake_capture(monkeypatch: pytest.MonkeyPatch) -> list[FakeCapture]:
    real = cv2.VideoCapture

    def capture(what: int | str, *rest: int) -> FakeCapture | cv2.VideoCapture:
        return FakeCapture(what) if isinstance(what, int) else real(what, *rest)

    monkeypatch.setattr(cv2, "VideoCapture", capture)
    monkeypatch.setattr(FakeCapture, "opened", [])
    return FakeCapture.opened


def test_a_camera_is_read_until_as_many_frames(
    fake_capture: list[FakeCapture], capsys: pytest.CaptureFixture[str]
) -> None:
    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    assert main(["--source", "0", "--json", "--no-window", "--frames", "3"]) == 0
    documents = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    indices = [d["frame"] for d in documents]
    assert len(indices) == 3
    assert indices == sorted(set(indices))
    assert [capture.is_open for capture in fake_capture] == [False]
    after = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    assert after == handlers, "the caller's signal handlers are changed"


def test_a_camera_that_is_pulled_out_ends_with_its_recording_kept(
    fake_capture: list[FakeCapture], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recorded = tmp_path / "out.avi"
    assert main(["--no-window", "--record", str(recorded), "--retry", "0"]) == 3
    error = capsys.readouterr().err
    assert error.count("error: camera 0 stopped delivering") == 1
    assert play(recorded)
    assert [capture.is_open for capture in fake_capture] == [False]


def test_a_camera_that_does_not_open_is_let_go(
    fake_capture: list[FakeCapture], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--no-window", "--source", "2"]) == 3
    assert "error: camera 2 cannot be opened" in capsys.readouterr().err
    assert len(fake_capture) == 1
