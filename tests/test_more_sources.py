"""What the other sources promise: streams, pipelines, a Pi's camera, shapes, and a way back."""

from __future__ import annotations

import http.server
import itertools
import struct
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self

import cv2
import numpy as np
import pytest

from edge.errors import InputError, MachineError
from edge.frames import Frame
from edge.reader import Reader
from edge.sources import open_source
from edge.sources.demo import PAGES, DemoScene, demo_source
from edge.sources.gstreamer import has_gstreamer
from edge.sources.listing import describe_devices, print_cameras
from edge.sources.retry import LONGEST_PAUSE_S, RetryingSource
from edge.sources.shaped import Shape, ShapedSource
from edge.sources.stream import without_password
from edge.sources.v4l2 import describe

# Demo


def test_the_demo_is_read_as_it_is_drawn() -> None:
    scene, reader = DemoScene(), Reader()
    moments = range(0, 40 * 25, 25)
    wrong = [
        (reader.read(scene.picture(i / 25, i)).lines, scene.text(i / 25))
        for i in moments
        if reader.read(scene.picture(i / 25, i)).lines != scene.text(i / 25)
    ]
    assert len(wrong) <= 2, wrong
    assert {scene.text(i / 5) for i in range(300)} > set(PAGES)


def test_the_demo_is_the_same_in_every_run() -> None:
    for at_s, index in [(0.5, 12), (3.4, 85), (40.0, 1000)]:
        first, second = (DemoScene().picture(at_s, index) for _ in range(2))
        assert np.array_equal(first, second)


def test_the_demo_is_a_live_source_of_the_size_asked_for() -> None:
    with open_source("demo", size=(320, 240), fps=100) as source:
        frames = list(itertools.islice(source, 3))
    assert source.live
    assert [frame.image.shape for frame in frames] == [(240, 320, 3)] * 3
    assert [a.index < b.index for a, b in itertools.pairwise(frames)] == [True, True]


# Shapes


def corner_marked() -> np.ndarray[Any, Any]:
    """(4, 6, 3): its upper left corner is 1, the upper right 2, the lower left 3."""
    image = np.zeros((4, 6, 3), np.uint8)
    image[0, 0], image[0, -1], image[-1, 0] = 1, 2, 3
    return image


@pytest.mark.parametrize(
    ("shape", "size", "corners"),
    [
        pytest.param(Shape(90), (6, 4), (3, 1, 0), id="a quarter clockwise"),
        pytest.param(Shape(180), (4, 6), (0, 3, 2), id="upside down"),
        pytest.param(Shape(270), (6, 4), (2, 0, 1), id="a quarter anticlockwise"),
        pytest.param(Shape(0, "horizontal"), (4, 6), (2, 1, 0), id="left and right change"),
        pytest.param(Shape(0, "vertical"), (4, 6), (3, 0, 1), id="above and below change"),
        pytest.param(Shape(0, "both"), (4, 6), (0, 3, 2), id="both"),
        pytest.param(Shape(90, "horizontal"), (6, 4), (1, 3, 2), id="turned, then mirrored"),
        pytest.param(Shape(0, None, (5, 0, 1, 4)), (4, 1), (2, 2, 0), id="a part"),
        pytest.param(Shape(0, None, (0, 0, 99, 99)), (4, 6), (1, 2, 3), id="a part cut off"),
    ],
)
def test_pictures_are_turned_mirrored_and_cut(
    shape: Shape, size: tuple[int, int], corners: tuple[int, int, int]
) -> None:
    image = shape.apply(corner_marked())
    assert image.shape == (*size, 3)
    assert image.flags["C_CONTIGUOUS"]
    assert (image[0, 0, 0], image[0, -1, 0], image[-1, 0, 0]) == corners


def test_a_part_outside_the_picture_is_told() -> None:
    with pytest.raises(InputError, match="outside the 6x4 picture"):
        Shape(roi=(6, 0, 1, 1)).apply(corner_marked())


@pytest.mark.parametrize(
    "wrong", [{"rotate_deg": 45}, {"flip": "twice"}, {"roi": (-1, 0, 2, 2)}, {"roi": (0, 0, 0, 2)}]
)
def test_a_shape_is_valid_from_birth(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        Shape(**wrong)


def test_a_shaped_source_is_the_other_one_reshaped(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), corner_marked())
    inner = open_source(str(tmp_path / "a.png"))
    with ShapedSource(inner, Shape(90)) as source:
        [frame] = source
    assert frame.image.shape == (6, 4, 3)
    assert (source.name, source.live, source.film, source.fps) == (
        inner.name,
        inner.live,
        inner.film,
        inner.fps,
    )


# A source that comes back


class Cable:
    """A live source of so many frames that then is lost."""

    live, film, fps, name = True, True, None, "camera 7"

    def __init__(self, frames: int | None, log: list[str]) -> None:
        self._frames, self._log = frames, log

    def __enter__(self) -> Self:
        if self._frames is None:
            raise MachineError("camera 7 cannot be opened: it is not there")
        self._log.append("open")
        return self

    def __exit__(self, *_: object) -> None:
        self._log.append("close")

    def __iter__(self) -> Iterator[Frame]:
        for index in range(self._frames or 0):
            yield Frame(np.zeros((4, 4, 3), np.uint8), index, index / 10)
        raise MachineError("camera 7 stopped delivering: it was unplugged; plug it in")


def cable_car(
    plugged: Sequence[int | None], attempts: int | None = None
) -> tuple[RetryingSource, list[str], list[float]]:
    """A source that is opened once for each entry: so many frames, or None where it fails."""
    log: list[str] = []
    slept: list[float] = []
    left = iter(plugged)
    source = RetryingSource(
        "camera 7",
        lambda: Cable(next(left), log),
        attempts,
        lambda: log.append("alive"),
        slept.append,
    )
    return source, log, slept


def test_a_camera_that_vanishes_is_picked_up_again(capsys: pytest.CaptureFixture[str]) -> None:
    source, log, slept = cable_car([3, None, None, 2, 4])
    with source:
        frames = list(itertools.islice(source, 9))
    assert [frame.index for frame in frames] == list(range(9)), "numbers go on over the gap"
    times = [frame.timestamp_s for frame in frames]
    assert times == sorted(times)
    assert log.count("open") == log.count("close") == 3
    assert sum(slept) == 1 + 2 + 4 + 1, "the pauses grow, and begin anew once it was back"
    assert max(slept) <= 1, "a watchdog hears nothing for longer"
    assert log.count("alive") == len(slept)
    told = capsys.readouterr().err.splitlines()
    assert [line for line in told if "tried again" in line] == told[::2]
    assert [line for line in told if line == "camera 7 is back"] == told[1::2]
    assert len(told) == 4


def test_pauses_grow_to_a_bound() -> None:
    source, _, slept = cable_car([1, *[None] * 9, 1])
    with source:
        list(itertools.islice(source, 2))
    assert sum(slept) == 1 + 2 + 4 + 8 + 16 + 5 * LONGEST_PAUSE_S


def test_a_source_that_opens_and_gives_nothing_is_not_back() -> None:
    source, _, slept = cable_car([1, 0, 0, 0, 1])
    with source:
        list(itertools.islice(source, 2))
    assert sum(slept) == 1 + 2 + 4 + 8


def test_after_so_many_attempts_it_ends() -> None:
    source, log, _ = cable_car([2, None, None, 5], attempts=2)
    with source, pytest.raises(MachineError, match="cannot be opened"):
        list(source)
    assert log.count("open") == log.count("close") == 1


def test_a_source_that_is_not_there_at_the_start_is_an_error_at_once() -> None:
    source, _, slept = cable_car([None])
    with pytest.raises(MachineError, match="cannot be opened"), source:
        pass
    assert slept == []


# Streams


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


# A Raspberry Pi's camera


class FakePicamera2:
    """Stands for picamera2.Picamera2."""

    def __init__(self, number: int) -> None:
        if number > 0:
            raise IndexError("list index out of range")
        self.settings: dict[str, Any] = {}
        self.running = False

    def create_video_configuration(self, **settings: Any) -> dict[str, Any]:
        return settings

    def configure(self, settings: dict[str, Any]) -> None:
        if settings["main"]["size"][0] > 4000:
            raise ValueError("too large\nfor this sensor")
        self.settings = settings

    def start(self) -> None:
        self.running = True

    def capture_array(self, stream: str) -> Any:
        assert self.running
        assert stream == "main"
        width, height = self.settings["main"]["size"]
        return np.full((height, width, 3), 90, np.uint8)

    def stop(self) -> None:
        self.running = False

    def close(self) -> None: ...

    @staticmethod
    def global_camera_info() -> list[dict[str, Any]]:
        return [{"Num": 0, "Model": "imx708"}]


def test_a_pis_camera_is_asked_for_blue_green_red(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[FakePicamera2] = []

    def make(number: int) -> FakePicamera2:
        made.append(FakePicamera2(number))
        return made[-1]

    monkeypatch.setitem(sys.modules, "picamera2", SimpleNamespace(Picamera2=make))
    with open_source("picamera", size=(320, 240), fps=15) as source:
        assert next(iter(source)).image.shape == (240, 320, 3)
    assert made[0].settings == {
        "main": {"size": (320, 240), "format": "RGB888"},
        "controls": {"FrameRate": 15},
    }
    assert not made[0].running, "it was not let go"
    with (
        pytest.raises(MachineError, match="picamera:1 cannot be opened"),
        open_source("picamera:1"),
    ):
        pass
    with (
        pytest.raises(MachineError, match="does not start at 9000x10: too large; try"),
        open_source("picamera", size=(9000, 10)),
    ):
        pass


def test_without_picamera2_the_error_names_the_apt_package_and_the_venv_flag(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "picamera2", None)
    with pytest.raises(MachineError) as told, open_source("picamera"):
        pass
    assert "apt install python3-picamera2" in str(told.value)
    assert "--system-site-packages" in str(told.value)


# What cameras there are


def webcam(handle: int, code: int, data: bytearray) -> None:
    """A driver with MJPG in two sizes at 30 and 15, and any size of YUYV."""
    number = code & 0xFF
    assert code >> 16 & 0x3FFF == len(data), "the kernel would refuse this size"
    if number == 0:
        struct.pack_into("=16s32s32sIII", data, 0, b"uvc", b"HD Webcam", b"usb", 0, 1 << 31, 1)
        return
    index, pixels = struct.unpack_from("=II", data)
    mjpg, yuyv = (struct.unpack("<I", name)[0] for name in (b"MJPG", b"YUYV"))
    if number == 2 and index < 2:
        struct.pack_into("=I", data, 44, (mjpg, yuyv)[index])
    elif number == 74 and pixels == mjpg and index < 2:
        struct.pack_into("=III", data, 8, 1, *((640, 480), (1920, 1080))[index])
    elif number == 74 and pixels == yuyv and index == 0:
        struct.pack_into("=IIIIIII", data, 8, 3, 32, 1280, 2, 24, 720, 2)
    elif number == 75 and pixels == mjpg and index < 2:
        struct.pack_into("=III", data, 16, 1, 1, (15, 30)[index])
    else:
        raise OSError(22, "Invalid argument")


def test_a_cameras_sizes_and_rates_are_asked_of_the_kernel() -> None:
    device = describe("/dev/video0", 3, webcam)
    assert device is not None
    assert list(describe_devices([device])) == [
        "--source 0  /dev/video0  HD Webcam",
        "    MJPG  640x480@30, 1920x1080@30",
        "    YUYV  1280x720",
    ]


def test_a_node_that_gives_no_pictures_is_no_camera() -> None:
    def metadata(handle: int, code: int, data: bytearray) -> None:
        struct.pack_into("=16s32s32sIII", data, 0, b"", b"", b"", 0, 1 << 31 | 1, 1 << 23)

    def silent(handle: int, code: int, data: bytearray) -> None:
        raise OSError(25, "Inappropriate ioctl for device")

    assert describe("/dev/video1", 3, metadata) is None
    assert describe("/dev/video2", 3, silent) is None


def test_no_camera_is_told_with_what_needs_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("edge.sources.listing.find_devices", list)
    with pytest.raises(MachineError, match="--source demo"):
        print_cameras()


def test_sizes_and_rates_are_asked_of_cameras_alone(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), corner_marked())
    with pytest.raises(InputError, match="are for cameras"):
        open_source(str(tmp_path / "a.png"), size=(64, 48))
    assert demo_source(None, 10).live
