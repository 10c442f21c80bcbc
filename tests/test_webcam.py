"""The live loop from its command line, and the parts that only a camera would reach."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
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
from edge.sources import open_source
from edge.steady import SingleFrames
from edge.webcam import main
from tests.support import ROOT, one_line_error

WIDTH, HEIGHT = 320, 240

STROKES = {
    "1": [[(5, 0), (5, 20)]],
    "7": [[(0, 0), (11, 0), (4, 20)]],
    "4": [[(8, 20), (8, 0), (0, 13), (12, 13)]],
}


def page(text: str = "", left: int = 60) -> UInt8Array:
    """(240, 320, 3): `text` in thick strokes on white paper."""
    image = np.full((HEIGHT, WIDTH, 3), 245, np.uint8)
    for place, digit in enumerate(text):
        for stroke in STROKES[digit]:
            points = np.array(stroke) * 3 + (left + place * 55, 90)
            cv2.polylines(image, [points.astype(np.int32)], False, (40, 30, 30), 7, cv2.LINE_AA)
    return image


def write_clip(path: Path, pages: Sequence[UInt8Array], fps: float = 10) -> Path:
    """An MJPG clip."""
    fourcc = cv2.VideoWriter.fourcc(*"MJPG")
    writer = cv2.VideoWriter(str(path), fourcc, fps, (WIDTH, HEIGHT))
    assert writer.isOpened()
    for image in pages:
        writer.write(image)
    writer.release()
    return path


def play(path: Path) -> list[UInt8Array]:
    """All frames of a video."""
    capture = cv2.VideoCapture(str(path))
    frames = []
    while True:
        there, image = capture.read()
        if not there:
            break
        frames.append(image.astype(np.uint8, copy=False))
    capture.release()
    return frames


def environment(**extra: str) -> dict[str, str]:
    """The tests' own environment without any display."""
    hidden = ("DISPLAY", "WAYLAND_DISPLAY")
    return {k: v for k, v in os.environ.items() if k not in hidden} | extra


def webcam(*arguments: object, **extra: str) -> subprocess.CompletedProcess[str]:
    """Runs `python -m edge.webcam` where there is no display."""
    return subprocess.run(
        [sys.executable, "-m", "edge.webcam", *map(str, arguments)],
        cwd=ROOT,
        env=environment(**extra),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def own_lines(stderr: str) -> list[str]:
    """The lines that are ours; TFLite runtimes greet there when they load a model."""
    return [line for line in stderr.splitlines() if not line.startswith("INFO: ")]


def fails(run: subprocess.CompletedProcess[str], code: int) -> str:
    """Checks exit code and stderr; returns the error."""
    assert run.returncode == code, run.stderr
    return one_line_error(run)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve frames at 10 a second: 4 1 7, which moves."""
    folder = tmp_path_factory.mktemp("clip")
    return write_clip(folder / "clip.avi", [page("417", 40 + 3 * i) for i in range(12)])


# The command line


def test_a_clip_gives_one_object_a_frame(clip: Path) -> None:
    run = webcam("--source", clip, "--json")
    assert run.returncode == 0, run.stderr
    documents = [json.loads(line) for line in run.stdout.splitlines()]
    assert [d["frame"] for d in documents] == list(range(12))
    assert [d["time_s"] for d in documents] == [round(i / 10, 3) for i in range(12)]
    for document in documents:
        assert set(document) == {"frame", "time_s", "detections", "numbers", "lines"}
        for found in document["detections"]:
            x, y, w, h = found["box"]
            assert 0 <= x < x + w <= WIDTH
            assert 0 <= y < y + h <= HEIGHT
            assert found["digit"] in set("0123456789")
            assert 0 <= found["confidence"] <= 1
        joined = "".join(found["digit"] for found in document["detections"])
        assert "".join(number["text"] for number in document["numbers"]) == joined
        assert "".join(document["lines"]).replace(" ", "") == joined
    read = sum(len(d["detections"]) for d in documents)
    assert read >= 24, f"only {read} of 36 digits were seen"


def test_two_runs_over_a_clip_say_the_same(clip: Path) -> None:
    first, second = (webcam("--source", clip, "--json").stdout for _ in range(2))
    assert first == second
    assert first


@pytest.mark.parametrize("suffix", [".avi", ".mp4"])
def test_a_recording_plays_with_as_many_frames(clip: Path, tmp_path: Path, suffix: str) -> None:
    recorded = tmp_path / "new" / f"out{suffix}"
    run = webcam("--source", clip, "--record", recorded)
    assert run.returncode == 0, run.stderr
    assert run.stdout == ""
    frames = play(recorded)
    assert len(frames) == 12
    assert frames[0].shape == (HEIGHT, WIDTH, 3)
    capture = cv2.VideoCapture(str(recorded))
    assert capture.get(cv2.CAP_PROP_FPS) == pytest.approx(10)
    capture.release()
    assert list(recorded.parent.iterdir()) == [recorded]
    # Paper and ink are grey; only what was drawn has a colour.
    colour = np.ptp(frames[0].astype(int), axis=2)
    assert (colour > 60).sum() > 50, "nothing is drawn on the recorded frames"


def test_frames_ends_it_after_as_many(clip: Path, tmp_path: Path) -> None:
    recorded = tmp_path / "out.avi"
    run = webcam("--source", clip, "--json", "--record", recorded, "--frames", 5)
    assert run.returncode == 0, run.stderr
    assert len(run.stdout.splitlines()) == 5
    assert len(play(recorded)) == 5


def test_without_a_display_it_says_so_once_and_prints_lines_that_change(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "turns.avi", [page("417")] * 4 + [page()] * 2 + [page("7")] * 3)
    run = webcam("--source", path)
    assert run.returncode == 0, run.stderr
    assert len(own_lines(run.stderr)) == 1
    assert "no display" in run.stderr
    lines = run.stdout.splitlines()
    assert 1 <= len(lines) <= 4
    assert all(a != b for a, b in itertools.pairwise(lines))
    silent = webcam("--source", path, "--no-window")
    assert silent.stdout == run.stdout
    assert own_lines(silent.stderr) == []


def test_a_display_that_does_not_answer_is_none(clip: Path) -> None:
    run = webcam("--source", clip, DISPLAY=":9999")
    assert run.returncode == 0, run.stderr
    assert "no display" in run.stderr


def test_a_folder_is_read_in_natural_order(tmp_path: Path) -> None:
    for name, text in {"p10.png": "7", "p2.png": "4", "P1.PNG": ""}.items():
        written, data = cv2.imencode(".png", page(text))
        assert written
        (tmp_path / name).write_bytes(data.tobytes())
    (tmp_path / "p3.jpg").write_text("no picture")
    (tmp_path / ".p0.png").write_text("hidden")
    (tmp_path / "notes.txt").write_text("no picture either")
    run = webcam("--source", tmp_path, "--json")
    assert run.returncode == 0, run.stderr
    documents = [json.loads(line) for line in run.stdout.splitlines()]
    assert [d["frame"] for d in documents] == [0, 1, 2]
    skipped = [line for line in run.stderr.splitlines() if line.startswith("skipped:")]
    assert len(skipped) == 1
    assert "p3.jpg" in skipped[0]
    with open_source(str(tmp_path)) as source:
        images = [frame.image for frame in source]
    expected = [page(""), page("4"), page("7")]
    assert all(np.array_equal(a, b) for a, b in zip(images, expected, strict=True))


def test_a_single_picture_is_a_source(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "page.png"), page("417"))
    run = webcam("--source", tmp_path / "page.png", "--json")
    assert run.returncode == 0, run.stderr
    assert len(run.stdout.splitlines()) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="the hint names Linux devices")
def test_a_camera_that_is_not_there_is_the_machines_lack() -> None:
    for spec in ("97", "/dev/video97"):
        error = fails(webcam("--source", spec), 3)
        assert "camera 97" in error
        assert "/dev/video97" in error


def test_what_is_no_source_is_bad_input(clip: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.txt").write_text("3 1 4 1 5\n" * 50)
    (tmp_path / "latin.txt").write_bytes("caf\xe9\n".encode("latin-1") * 50)
    (tmp_path / "text.avi").write_text("not a clip\n")
    (tmp_path / "nothing.mp4").touch()
    (tmp_path / "bytes.mkv").write_bytes(bytes(range(256)) * 64)
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    missing = tmp_path / "missing.avi"
    for spec in [
        missing,
        "",
        "-1",
        "ftp://host/stream",
        "rtsp://",
        "gst:videotestsrc",
        "long" * 99,
        *sorted(tmp_path.iterdir()),
    ]:
        error = fails(webcam(f"--source={spec}", "--json"), 2)
        assert str(spec) in error
    assert "--source takes" in fails(webcam("--source", missing), 2)


def test_a_video_that_cannot_be_written_is_bad_input(clip: Path, tmp_path: Path) -> None:
    (tmp_path / "taken.avi").mkdir()
    (tmp_path / "file").touch()
    for name in ("out.gif", "out", "taken.avi", "file/out.avi", "long" * 99 + ".avi"):
        fails(webcam("--source", clip, "--record", tmp_path / name), 2)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "taken.avi"]


def test_the_source_is_never_recorded_over(clip: Path) -> None:
    before = clip.read_bytes()
    fails(webcam("--source", clip, "--record", clip), 2)
    assert clip.read_bytes() == before


def test_a_number_of_frames_below_one_is_a_usage_error(clip: Path) -> None:
    for frames in ("0", "-3", "many"):
        assert webcam("--source", clip, f"--frames={frames}").returncode == 2


@pytest.fixture(scope="module")
def long_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """So long that its JSON overfills a pipe: the loop cannot end before it is stopped."""
    return write_clip(tmp_path_factory.mktemp("long") / "long.avi", [page("417")] * 1500)


def start(*arguments: object) -> subprocess.Popen[str]:
    """Starts the loop without waiting for its end."""
    return subprocess.Popen(
        [sys.executable, "-m", "edge.webcam", "--no-window", *map(str, arguments)],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_a_signal_finishes_the_recording(long_clip: Path, tmp_path: Path, number: int) -> None:
    recorded = tmp_path / "out.avi"
    with start("--source", long_clip, "--json", "--record", recorded) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["frame"] == 0
        assert not recorded.exists(), "a half file stands under the final name"
        process.send_signal(number)
        _, stderr = process.communicate(timeout=60)
    assert process.returncode == 0, stderr
    [told] = own_lines(stderr)
    assert told.startswith(f"wrote {recorded}: ")
    assert list(tmp_path.iterdir()) == [recorded]
    assert 1 <= len(play(recorded)) < 1500


def test_a_reader_that_goes_away_ends_it_quietly(long_clip: Path, tmp_path: Path) -> None:
    recorded = tmp_path / "out.avi"
    with start("--source", long_clip, "--json", "--record", recorded) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        stderr = process.stderr.read()
        process.wait(timeout=60)
    assert process.returncode == 0, stderr
    assert own_lines(stderr) == [f"wrote {recorded}: {len(play(recorded))} frames"]


# The loop


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
