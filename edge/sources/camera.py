"""Cameras that the operating system knows by a number: USB, built in, V4L2."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path

import cv2

from edge.errors import MachineError
from edge.sources.live import LiveSource

# On Linux, the others that OpenCV would try after V4L2 cannot open a number, only complain.
_BACKEND = cv2.CAP_V4L2 if sys.platform == "linux" else cv2.CAP_ANY


def camera_source(
    number: int, size: tuple[int, int] | None = None, fps: int | None = None
) -> LiveSource:
    """The camera with this number, /dev/video<number> on Linux.

    Args:
        number: as the system counts.
        size: (width, height) to ask for; a camera takes the nearest it has.
        fps: frames a second to ask for.
    """
    return LiveSource(
        f"camera {number}",
        partial(_open, number, size, fps),
        advice="plug it in again, or try another: --source N",
    )


def _open(number: int, size: tuple[int, int] | None, fps: int | None) -> cv2.VideoCapture:
    capture = cv2.VideoCapture(number, _BACKEND)
    if not capture.isOpened():
        capture.release()
        raise MachineError(f"camera {number} cannot be opened: {_why_closed(number)}")
    if size:
        # Uncompressed, USB carries large pictures at a few frames a second only.
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, size[0])
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, size[1])
        given = (
            int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)),
            int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT)),
        )
        if given != size:
            print(f"camera {number} gives {given[0]}x{given[1]} instead", file=sys.stderr)
    if fps:
        capture.set(cv2.CAP_PROP_FPS, fps)
    # The driver's queue only makes pictures older.
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    return capture


def _why_closed(number: int) -> str:
    """The likeliest reason, and the next step."""
    if sys.platform != "linux":
        return "plug it in, close other programs that use it, or name another: --source N"
    device = Path(f"/dev/video{number}")
    if not device.exists():
        return f"there is no {device}; list the cameras: python -m edge.webcam --list"
    if not os.access(device, os.R_OK | os.W_OK):
        return f"{device} is not yours to use; run: sudo usermod -aG video $USER, then log in again"
    return f"another program uses it (fuser -v {device}), or it is no camera: try --source N"
