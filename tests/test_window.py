"""What the window's keys do, on a window that is only played."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.arrays import UInt8Array
from edge.controls import LEAST, MOST, Controls
from edge.errors import InputError
from edge.frames import Frame
from edge.reading import Reading
from edge.sinks.window import HELP, WindowSink, debug_view
from edge.sources.demo import DemoScene


class Screen:
    """What imshow was given, and the keys that waitKey gives."""

    def __init__(self) -> None:
        self.shown: list[UInt8Array] = []
        self.keys: list[str] = []

    def imshow(self, title: str, picture: UInt8Array) -> None:
        self.shown.append(picture.copy())

    def wait_key(self, wait_ms: int) -> int:
        assert wait_ms >= 1, "it would wait for ever"
        return ord(self.keys.pop(0)) if self.keys else -1


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    played = Screen()
    monkeypatch.setattr(cv2, "imshow", played.imshow)
    monkeypatch.setattr(cv2, "waitKey", played.wait_key)
    monkeypatch.setattr(cv2, "getWindowProperty", lambda *_: 1.0)
    monkeypatch.setattr(cv2, "destroyAllWindows", lambda: None)
    return played


def frame(index: int) -> Frame:
    return Frame(DemoScene((320, 240)).picture(5.0 + index, index), index, index / 25)


@pytest.mark.parametrize("key", ["q", "Q", "\x1b"])
def test_the_ending_keys_end_it(screen: Screen, key: str) -> None:
    screen.keys = ["x", key]
    with WindowSink(None) as sink:
        assert [sink.show(frame(i), Reading(), 0) for i in range(2)] == [True, False]


def test_space_holds_the_picture_of_a_camera_that_goes_on(screen: Screen) -> None:
    screen.keys = ["x", " ", "x", "x", " ", "x"]
    with WindowSink(None) as sink:
        for index in range(6):
            assert sink.show(frame(index), Reading(), 0)
    assert len(screen.shown) == 6, "it never blocks"
    held = [np.array_equal(screen.shown[i][150:], screen.shown[i + 1][150:]) for i in range(1, 5)]
    assert held == [True, True, True, False]


def test_space_holds_a_file_and_drops_nothing(screen: Screen) -> None:
    screen.keys = [" ", "x", "x", " "]
    with WindowSink(25.0) as sink:
        assert sink.show(frame(0), Reading(), 0)
        assert screen.keys == [], "it went on while it was held"
        assert sink.show(frame(1), Reading(), 0)


def test_a_held_file_can_still_be_ended(screen: Screen) -> None:
    screen.keys = [" ", "q"]
    with WindowSink(25.0) as sink:
        assert not sink.show(frame(0), Reading(), 0)


def test_plus_and_minus_move_the_threshold_within_its_bounds(screen: Screen) -> None:
    controls = Controls()
    sink = WindowSink(None, controls)
    before = controls.threshold
    sink.press(ord("+"))
    assert controls.threshold == pytest.approx(before + 0.05)
    assert controls.take_change() == controls.threshold
    assert controls.take_change() is None, "it is taken up once"
    for key, bound in (("+", MOST), ("-", LEAST)):
        for _ in range(40):
            sink.press(ord(key))
        assert controls.threshold == bound
    with pytest.raises(InputError):
        controls.threshold = float("nan")


def test_s_writes_what_is_shown(
    screen: Screen, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    screen.keys = ["s"]
    with WindowSink(None, snapshots=tmp_path / "new") as sink:
        sink.show(frame(7), Reading(), 0)
    [path] = (tmp_path / "new").iterdir()
    assert path.name.endswith("-7.png")
    picture = cv2.imread(str(path))
    assert picture is not None
    assert picture.shape == (240, 320, 3)
    assert str(path) in capsys.readouterr().err


def test_a_snapshot_that_cannot_be_written_ends_nothing(
    screen: Screen, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    screen.keys = ["s"]
    with WindowSink(None, snapshots=tmp_path / "file" / "folder") as sink:
        assert sink.show(frame(0), Reading(), 0)
    assert "no snapshot: " in capsys.readouterr().err


def test_h_and_d_show_more_and_hide_it_again(screen: Screen) -> None:
    screen.keys = ["h", "h", "d", "d", "x"]
    with WindowSink(None) as sink:
        for _ in range(5):
            sink.show(frame(0), Reading(stages_us={"ink": 100.0}), 0)
    plain, helping, again, debugging, last = screen.shown
    assert np.array_equal(plain, again)
    assert np.array_equal(plain, last)
    assert not np.array_equal(plain, helping)
    assert not np.array_equal(plain, debugging)
    assert {line.split()[0].strip(",") for line in HELP} == {"q", "space", "s", "d", "+", "h"}


def test_the_debug_view_shows_ink_in_red() -> None:
    image = DemoScene().picture(5.0, 0)
    view = debug_view(image)
    assert view.shape == image.shape
    red = (view == (40, 40, 220)).all(axis=2)
    assert 0.01 < red.mean() < 0.2
