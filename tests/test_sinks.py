"""What sinks promise: recordings that are whole, lines that are news, windows where they can be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from edge.arrays import UInt8Array
from edge.display import display_available
from edge.errors import InputError, MachineError
from edge.frames import Frame
from edge.reading import Detection, Number, Reading
from edge.sinks.record import LIVE_FPS, RecordSink
from edge.sinks.text import TextSink
from edge.sinks.window import compose
from tests.filmed import play


def page() -> UInt8Array:
    """(240, 320, 3) of white paper."""
    return np.full((240, 320, 3), 245, np.uint8)


def detection(digit: str = "7") -> Detection:
    """A digit somewhere on the page."""
    probabilities = np.eye(10, dtype=np.float32)[int(digit)]
    return Detection((60, 90, 40, 60), digit, 0.97, probabilities, np.full((28, 28), 255, np.uint8))


def reading(*lines: str) -> Reading:
    """A reading of these lines; its one detection is the same."""
    return Reading((detection(),), (Number("7", (60, 90, 40, 60)),), lines)


def test_a_live_recording_keeps_the_cameras_time(tmp_path: Path) -> None:
    path = tmp_path / "out.avi"
    with RecordSink(path, None) as sink:
        # Two frames a second, then a burst far faster than the recording.
        for place, at_s in enumerate([3.0, 3.5, 4.0, *(4 + i / 1000 for i in range(1, 50))]):
            assert sink.show(Frame(page(), place, at_s), Reading(), 0)
    assert len(play(path)) == pytest.approx(LIVE_FPS, abs=2)


def test_frames_of_another_size_are_recorded_in_the_first_ones(tmp_path: Path) -> None:
    path = tmp_path / "out.avi"
    with RecordSink(path, 10.0) as sink:
        for place, (w, h) in enumerate([(64, 48), (320, 240), (31, 77)]):
            sink.show(Frame(np.full((h, w, 3), 200, np.uint8), place, 0.0), Reading(), 0)
    assert [frame.shape for frame in play(path)] == [(48, 64, 3)] * 3


def test_a_loop_that_fails_keeps_what_was_recorded(tmp_path: Path) -> None:
    def lose_the_camera() -> None:
        with RecordSink(tmp_path / "out.avi", 10.0) as sink:
            sink.show(Frame(page(), 0, 0.0), Reading(), 0)
            raise MachineError("camera 0 stopped delivering")

    with pytest.raises(MachineError):
        lose_the_camera()
    assert len(play(tmp_path / "out.avi")) == 1


@pytest.mark.parametrize("suffix", [".avi", ".mp4"])
def test_a_full_disk_is_told_and_leaves_nothing(
    tmp_path: Path, suffix: str, rng: np.random.Generator
) -> None:
    resource = pytest.importorskip("resource", reason="needs POSIX resource limits")

    def record() -> None:
        with RecordSink(tmp_path / f"out{suffix}", 10.0) as sink:
            for place in range(20):
                noise = rng.integers(0, 256, (240, 320, 3), np.uint8)
                sink.show(Frame(noise, place, 0.0), Reading(), 0)

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        with pytest.raises(InputError, match="free some space"):
            record()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []


def test_no_frame_makes_no_video(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = tmp_path / "out.avi"
    old.write_bytes(b"an older recording")
    with RecordSink(old, 10.0):
        pass
    assert "not written" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [old]
    assert old.read_bytes() == b"an older recording"


def test_lines_are_printed_when_they_change(capsys: pytest.CaptureFixture[str]) -> None:
    frame = Frame(page(), 0, 0.0)
    with TextSink() as sink:
        for lines in [("31", "4"), ("31", "4"), ("9",), (), (), ("9",)]:
            assert sink.show(frame, reading(*lines), 0)
    assert capsys.readouterr().out == "31 | 4\n9\n9\n"


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        pytest.param((320, 240), (320, 240), id="small stays"),
        pytest.param((3200, 1600), (1280, 640), id="large is reduced"),
        pytest.param((40, 3), (40, 3), id="narrower than one cell of the strip"),
    ],
)
def test_the_window_shows_the_strip_beneath_the_frame(
    size: tuple[int, int], shown: tuple[int, int]
) -> None:
    width, height = size
    image = np.full((height, width, 3), 200, np.uint8)
    picture = compose(image, reading("7"), 12.3)
    assert picture.shape == (shown[1] + 56, shown[0], 3)
    assert (image == 200).all(), "the frame itself was drawn on"
    if width >= 56:
        assert picture[-1, 0].tolist() == [255, 255, 255], "what the network saw is not there"


def test_no_display_is_found_without_opening_a_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("cv2.currentUIFramework", lambda: "QT5")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr("subprocess.run", lambda *a, **k: pytest.fail("a window was tried"))
    assert not display_available()


def test_a_headless_opencv_has_no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cv2.currentUIFramework", lambda: "")
    monkeypatch.setenv("DISPLAY", ":0")
    assert not display_available()
