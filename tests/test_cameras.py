"""A Raspberry Pi's camera, and what cameras there are."""

from __future__ import annotations

import struct
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest

from edge.errors import InputError, MachineError
from edge.sources import open_source
from edge.sources.demo import demo_source
from edge.sources.listing import describe_devices, print_cameras
from edge.sources.v4l2 import describe


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
    cv2.imwrite(str(tmp_path / "a.png"), np.zeros((48, 64, 3), np.uint8))
    with pytest.raises(InputError, match="are for cameras"):
        open_source(str(tmp_path / "a.png"), size=(64, 48))
    assert demo_source(None, 10).live
