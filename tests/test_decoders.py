"""A video chooses its decoder, and only among those of what cameras and phones write."""

from __future__ import annotations

import http.server
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.errors import InputError
from edge.sources import open_source
from edge.sources.decoders import DECODERS, limit_decoders
from edge.sources.video import VideoSource
from tests.filmed import own_lines, webcam

FRAMES = 4


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENCV_FFMPEG_CAPTURE_OPTIONS", raising=False)


def clip(path: Path, code: str) -> Path:
    """A short clip; skips where this build of OpenCV cannot write such a one."""
    writer = cv2.VideoWriter(
        str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*code), 10.0, (64, 48)
    )
    if not writer.isOpened():
        pytest.skip(f"OpenCV writes no {code} here")
    for value in range(FRAMES):
        writer.write(np.full((48, 64, 3), 40 * value, np.uint8))
    writer.release()
    return path


@contextmanager
def served(path: Path) -> Iterator[str]:
    """The address of a file over HTTP."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

    handler = partial(Quiet, directory=path.parent)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}/{path.name}"
        server.shutdown()


def test_a_stream_of_a_usual_kind_is_read(tmp_path: Path) -> None:
    with (
        served(clip(tmp_path / "a.avi", "MJPG")) as address,
        open_source(f"http://{address}") as source,
    ):
        assert next(iter(source)).image.shape == (48, 64, 3)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("a.avi", "MJPG"),
        ("a.mp4", "mp4v"),
        ("a.avi", "XVID"),
        ("a.mpg", "MPG2"),
        ("a.webm", "VP80"),
        ("a.webm", "VP90"),
        ("a.mp4", "avc1"),
        ("a.mkv", "FFV1"),
    ],
    ids=lambda one: one,
)
def test_what_cameras_and_phones_write_is_read(name: str, code: str, tmp_path: Path) -> None:
    with VideoSource(clip(tmp_path / name, code)) as source:
        assert len(list(source)) == FRAMES


@pytest.mark.skipif(
    int(cv2.__version__.split(".")[0]) < 5, reason="OpenCV 4 does not hand the list to FFmpeg"
)
class TestAnythingElse:
    @pytest.mark.parametrize(
        ("name", "code"),
        [("a.avi", "M8RG"), ("a.avi", "HFYU"), ("a.mkv", "SNOW"), ("a.avi", "ASV1")],
        ids=lambda one: one,
    )
    def test_is_refused_before_a_frame_is_decoded(
        self, name: str, code: str, tmp_path: Path
    ) -> None:
        with pytest.raises(InputError, match=r"is not decoded here .*convert it: ffmpeg"):
            VideoSource(clip(tmp_path / name, code)).__enter__()

    def test_is_refused_of_a_stream_as_well(self, tmp_path: Path) -> None:
        with (
            served(clip(tmp_path / "a.avi", "M8RG")) as address,
            pytest.raises(InputError, match=r"not decoded here .*set the camera"),
            open_source(f"http://somebody:secret@{address}"),
        ):
            pass

    def test_is_one_line_for_the_user(self, tmp_path: Path) -> None:
        done = webcam("--source", clip(tmp_path / "a.avi", "M8RG"), "--no-window")
        assert done.returncode == 2
        [said] = own_lines(done.stderr)
        assert said.startswith("error: ")
        assert "(MAGY)" in said


def test_what_the_user_tells_ffmpeg_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENCV_FFMPEG_CAPTURE_OPTIONS", "rtsp_transport;udp")
    limit_decoders()
    assert os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"] == "rtsp_transport;udp"


def test_the_names_are_ffmpegs() -> None:
    assert len(set(DECODERS)) == len(DECODERS)
    assert all(name.islower() for name in DECODERS)
