"""Cameras on the network, and GStreamer's pipelines."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from edge.errors import InputError, MachineError
from edge.sources import open_source
from edge.sources.gstreamer import has_gstreamer
from edge.sources.stream import without_password


class Camera(http.server.BaseHTTPRequestHandler):
    """An IP camera: JPEGs one after another, then the connection ends."""

    frames = 30

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=cut")
        self.end_headers()
        for index in range(self.frames):
            image = np.full((48, 64, 3), index * 8, np.uint8)
            content = cv2.imencode(".jpg", image)[1].tobytes()
            head = f"--cut\r\nContent-Type: image/jpeg\r\nContent-Length: {len(content)}\r\n\r\n"
            try:
                self.wfile.write(head.encode() + content + b"\r\n")
            except OSError:
                return

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def ip_camera() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Camera)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_an_http_stream_is_a_live_source_that_hides_its_password(ip_camera: str) -> None:
    with open_source(f"http://somebody:secret@{ip_camera}/stream.mjpg?key=secret") as source:
        assert source.live
        assert source.name == f"http://{ip_camera}/stream.mjpg"
        frames = iter(source)
        assert next(frames).image.shape == (48, 64, 3)
        with pytest.raises(MachineError, match="stopped delivering") as ended:
            list(frames)
    assert "secret" not in str(ended.value)


def test_a_stream_that_nobody_sends_is_the_machines_lack() -> None:
    with (
        pytest.raises(MachineError, match="cannot be opened") as told,
        open_source("rtsp://user:secret@127.0.0.1:9/stream"),
    ):
        pass
    assert "secret" not in str(told.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("rtsp://a:b@camera.local:554/live", "rtsp://camera.local:554/live"),
        ("https://camera/x?token=1#2", "https://camera/x"),
        ("rtsp://u:p@[::1]:554/s", "rtsp://[::1]:554/s"),
        ("rtsp://u:p@@evil/s", "rtsp://evil/s"),
        ("http://", None),
        ("http://host:port/", None),
    ],
)
def test_of_an_address_only_the_place_is_shown(url: str, shown: str | None) -> None:
    if shown:
        assert without_password(url) == shown
    else:
        with pytest.raises(InputError, match="such as rtsp://"):
            without_password(url)


# GStreamer


def test_a_pipeline_without_an_end_is_bad_input() -> None:
    with pytest.raises(InputError, match="appsink"):
        open_source("gst:videotestsrc ! videoconvert")


def test_a_pipeline_runs_or_says_what_it_needs() -> None:
    source = open_source("gst:videotestsrc num-buffers=3 ! videoconvert ! appsink")
    if has_gstreamer():
        with source:
            assert next(iter(source)).image.ndim == 3
    else:
        with pytest.raises(MachineError, match="apt install python3-opencv"), source:
            pass
