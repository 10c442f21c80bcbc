"""A GStreamer pipeline as a source: gst:libcamerasrc ! videoconvert ! appsink."""

from __future__ import annotations

import re
from functools import partial

import cv2

from edge.errors import InputError, MachineError
from edge.sources.live import LiveSource

PREFIX = "gst:"


def gstreamer_source(pipeline: str) -> LiveSource:
    """The frames that a pipeline hands to its appsink.

    Raises:
        InputError: the pipeline does not end in an appsink.
    """
    if not re.search(r"\bappsink\b", pipeline):
        raise InputError(
            f"{PREFIX}{pipeline} does not end in an appsink; add: ! videoconvert ! appsink"
        )
    return LiveSource(
        "the GStreamer pipeline", partial(_open, pipeline), "try it in gst-launch-1.0"
    )


def has_gstreamer() -> bool:
    """Whether this OpenCV was built with GStreamer; the wheels from PyPI are not."""
    return bool(re.search(r"GStreamer:\s+YES", cv2.getBuildInformation()))


def _open(pipeline: str) -> cv2.VideoCapture:
    if not has_gstreamer():
        raise MachineError(
            "this OpenCV was built without GStreamer, as pip's are; install Debian's: "
            "sudo apt install python3-opencv gstreamer1.0-plugins-good, in an environment of "
            "python3 -m venv --system-site-packages"
        )
    capture = cv2.VideoCapture(pipeline, cv2.CAP_GSTREAMER)
    if not capture.isOpened():
        capture.release()
        raise MachineError(f"the pipeline does not start: {pipeline}; try it in gst-launch-1.0")
    return capture
