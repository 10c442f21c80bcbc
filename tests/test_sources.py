"""What sources promise: whole frames, the newest first where time passes by itself."""

from __future__ import annotations

import threading
from typing import Any

import cv2
import numpy as np
import pytest

from edge.errors import InputError, MachineError
from edge.frames import Frame
from edge.sources.live import LiveSource
from edge.sources.newest import NewestFrame


@pytest.mark.parametrize(
    ("image", "index", "timestamp_s"),
    [
        pytest.param(np.zeros((4, 4), np.uint8), 0, 0.0, id="grey"),
        pytest.param(np.zeros((4, 4, 4), np.uint8), 0, 0.0, id="four channels"),
        pytest.param(np.zeros((4, 4, 3), np.float32), 0, 0.0, id="float"),
        pytest.param(np.zeros((0, 4, 3), np.uint8), 0, 0.0, id="no pixels"),
        pytest.param(None, 0, 0.0, id="no array"),
        pytest.param(np.zeros((4, 4, 3), np.uint8), -1, 0.0, id="index below 0"),
        pytest.param(np.zeros((4, 4, 3), np.uint8), 0, -0.1, id="time below 0"),
        pytest.param(np.zeros((4, 4, 3), np.uint8), 0, float("nan"), id="time NaN"),
        pytest.param(np.zeros((4, 4, 3), np.uint8), 0, float("inf"), id="time infinite"),
    ],
)
def test_a_frame_is_valid_from_birth(image: Any, index: int, timestamp_s: float) -> None:
    with pytest.raises(InputError, match="a frame's"):
        Frame(image, index, timestamp_s)


def numbered(value: int) -> Frame:
    """A frame whose pixels all say its number."""
    return Frame(np.full((8, 8, 3), value, np.uint8), value, value / 10)


def test_the_slot_keeps_only_the_newest_and_hands_it_out_once() -> None:
    slot = NewestFrame()
    for value in range(3):
        slot.put(numbered(value))
    taken = slot.take(0)
    assert taken is not None
    assert taken.index == 2
    assert slot.take(0) is None
    slot.put(numbered(3))
    slot.end("unplugged")
    last = slot.take(0)
    assert last is not None, "what came before the end is still read"
    assert last.index == 3
    assert slot.take(60) is None, "an ended slot does not wait"
    assert slot.ended == "unplugged"


class FakeCamera:
    """Delivers as many images as it is allowed to, each filled with its number, then waits."""

    def __init__(self, allowed: int, *, grey: bool = False) -> None:
        self.reads = 0
        self.released = 0
        self._grey = grey
        self._tokens = threading.Semaphore(allowed)
        self._waiting = threading.Event()
        self._unplugged = False

    def read(self) -> tuple[bool, Any]:
        self._waiting.set()
        self._tokens.acquire()
        if self._unplugged:
            self._tokens.release()
            return False, None
        self.reads += 1
        return True, np.full((8, 8) if self._grey else (8, 8, 3), self.reads - 1, np.uint8)

    def release(self) -> None:
        self.released += 1

    def deliver(self, images: int) -> None:
        """Delivers so many, and returns when the last was taken over."""
        for _ in range(images):
            self._waiting.clear()
            self._tokens.release()
            assert self._waiting.wait(30)

    def unplug(self) -> None:
        self._unplugged = True
        self._tokens.release()


def test_a_slow_reader_gets_the_newest_frame_whole_and_once() -> None:
    camera = FakeCamera(0)
    seen = []
    with LiveSource("fake", lambda: camera, "plug it in") as source:
        assert source.live
        frames = iter(source)
        for burst in (5, 1, 7):
            camera.deliver(burst)
            frame = next(frames)
            assert (frame.image == frame.index).all(), "torn, or not its own picture"
            seen.append(frame)
        camera.unplug()
    assert [frame.index for frame in seen] == [4, 5, 12]
    assert seen[0].timestamp_s <= seen[1].timestamp_s <= seen[2].timestamp_s
    assert camera.released == 1


def test_a_camera_that_stops_delivering_is_told() -> None:
    camera = FakeCamera(0)
    with LiveSource("camera 5", lambda: camera, "plug it in") as source:
        camera.deliver(1)
        camera.unplug()
        frames = iter(source)
        assert next(frames).index == 0
        with pytest.raises(MachineError, match=r"camera 5 stopped delivering: .*; plug it in"):
            next(frames)
    assert camera.released == 1


def test_a_camera_that_hangs_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.sources.live.STALLED_S", 0.01)
    monkeypatch.setattr("edge.sources.live.CLOSING_S", 0.01)
    camera = FakeCamera(0)
    with (
        LiveSource("camera 5", lambda: camera, "plug it in") as source,
        pytest.raises(MachineError, match="no picture for"),
    ):
        next(iter(source))
    camera.unplug()


def test_a_driver_that_fails_is_told_in_one_line() -> None:
    class Broken(FakeCamera):
        def read(self) -> tuple[bool, Any]:
            raise cv2.error("select failed\nand more")

    camera = Broken(0)
    with (
        LiveSource("camera 5", lambda: camera, "plug it in") as source,
        pytest.raises(MachineError, match="stopped delivering: select failed; plug it in"),
    ):
        next(iter(source))
    assert camera.released == 1


def test_pictures_that_are_none_are_left_out_and_the_camera_goes_on() -> None:
    class Torn(FakeCamera):
        def read(self) -> tuple[bool, Any]:
            there, image = super().read()
            if not there:
                return there, image
            # Every second picture is garbage of another kind.
            garbage = [np.zeros((0, 8, 3), np.uint8), None, np.zeros((8, 8, 2), np.uint8)]
            index = self.reads - 1
            return True, garbage[index // 2 % 3] if index % 2 else image

    camera = Torn(0)
    with LiveSource("fake", lambda: camera, "plug it in") as source:
        frames = iter(source)
        for _ in range(4):
            camera.deliver(1)
            good = next(frames)
            camera.deliver(1)
            assert (good.image == 2 * good.index).all(), "garbage was counted or shown"
        camera.unplug()


def test_nothing_but_garbage_ends_it_and_says_what_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.sources.live._PAUSE_S", 0.001)

    class Garbage(FakeCamera):
        def read(self) -> tuple[bool, Any]:
            return True, np.zeros((8, 8), np.float32)

    with (
        LiveSource("fake", lambda: Garbage(0), "plug it in") as source,
        pytest.raises(MachineError, match="stopped delivering: a frame must be uint8"),
    ):
        next(iter(source))


def test_a_grey_camera_gives_colour_frames() -> None:
    camera = FakeCamera(1, grey=True)
    with LiveSource("fake", lambda: camera, "plug it in") as source:
        assert next(iter(source)).image.shape == (8, 8, 3)
        camera.unplug()
