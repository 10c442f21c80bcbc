"""What a Linux camera can: asked of the kernel itself, so that no program must be installed.

The numbers and layouts are those of linux/videodev2.h.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Ioctl = Callable[[int, int, bytearray], object]

_QUERYCAP = ("=16s32s32sIII12x", 0, 2)
_ENUM_FMT = ("=III32sI16x", 2, 3)
_ENUM_FRAMESIZES = ("=IIIIIIIII8x", 74, 3)
_ENUM_FRAMEINTERVALS = ("=IIIIIIIIIII8x", 75, 3)
_VIDEO_CAPTURE = 1
_DISCRETE = 1
_HAS_DEVICE_CAPS = 0x80000000
_MOST = 64  # entries of one list; a driver that never ends a list is broken


@dataclass(frozen=True, slots=True)
class Mode:
    """One size that a camera delivers.

    Attributes:
        pixels: the format in four letters: "MJPG", "YUYV".
        width: in pixels; the largest where the camera takes any.
        height: in pixels.
        fps: the highest rate at this size, or None where it is not told.
    """

    pixels: str
    width: int
    height: int
    fps: float | None


@dataclass(frozen=True, slots=True)
class Device:
    """A camera of the system."""

    path: str
    name: str
    modes: tuple[Mode, ...]


def find_devices(folder: Path = Path("/dev")) -> list[Device]:
    """All cameras, by number; nodes that deliver no pictures (metadata) are left out."""
    from fcntl import ioctl

    found = []
    nodes = [path for path in folder.glob("video*") if path.name[5:].isdecimal()]
    for path in sorted(nodes, key=lambda path: int(path.name[5:])):
        try:
            handle = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        except OSError as error:
            found.append(Device(str(path), f"({error.strerror})", ()))
            continue
        try:
            device = describe(str(path), handle, ioctl)
        finally:
            os.close(handle)
        if device:
            found.append(device)
    return found


def describe(path: str, handle: int, ioctl: Ioctl) -> Device | None:
    """A device's name and modes; None for what is no camera."""
    answer = _ask(ioctl, handle, _QUERYCAP, b"", b"", b"", 0, 0, 0)
    if answer is None:
        return None
    capabilities, own = int(answer[4]), 0
    # Since Linux 3.4 a node tells what it alone can, behind what the whole device can.
    if capabilities & _HAS_DEVICE_CAPS:
        own = int(answer[5])
    if not (own or capabilities) & _VIDEO_CAPTURE:
        return None
    name = bytes(answer[1]).split(b"\0")[0].decode("utf-8", "replace")
    return Device(path, name, tuple(_modes(handle, ioctl)))


def _modes(handle: int, ioctl: Ioctl) -> Iterator[Mode]:
    for index in range(_MOST):
        kind = _ask(ioctl, handle, _ENUM_FMT, index, _VIDEO_CAPTURE, 0, b"", 0)
        if kind is None:
            return
        code = int(kind[4])
        pixels = struct.pack("<I", code).decode("ascii", "replace").strip()
        for place in range(_MOST):
            size = _ask(ioctl, handle, _ENUM_FRAMESIZES, place, code, *[0] * 7)
            if size is None:
                break
            # Stepwise: least and most width, the step, the same for the height.
            width, height = (size[3], size[4]) if size[2] == _DISCRETE else (size[4], size[7])
            yield Mode(pixels, int(width), int(height), _rate(handle, ioctl, code, width, height))
            if size[2] != _DISCRETE:
                break


def _rate(handle: int, ioctl: Ioctl, code: int, width: int, height: int) -> float | None:
    """The highest rate: one through the shortest interval."""
    best = None
    for index in range(_MOST):
        told = _ask(ioctl, handle, _ENUM_FRAMEINTERVALS, index, code, width, height, *[0] * 7)
        if told is None:
            break
        if told[5]:
            best = max(best or 0.0, told[6] / told[5])
        if told[4] != _DISCRETE:
            break
    return best


def _ask(
    ioctl: Ioctl, handle: int, request: tuple[str, int, int], *fields: int | bytes
) -> tuple[Any, ...] | None:
    """One question to the driver; None where it has no answer."""
    layout, number, direction = request
    data = bytearray(struct.pack(layout, *fields))
    code = direction << 30 | len(data) << 16 | ord("V") << 8 | number
    try:
        ioctl(handle, code, data)
    except OSError:
        return None
    return struct.unpack(layout, data)
