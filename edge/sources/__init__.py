"""One file for each kind of source; this one knows which kind a name means."""

from __future__ import annotations

import os
import re
from pathlib import Path

from edge.errors import InputError
from edge.frames import FrameSource
from edge.sources.camera import camera_source
from edge.sources.folder import PICTURE_SUFFIXES, PictureSource, folder_source
from edge.sources.video import VideoSource

TAKES = (
    "a camera's number (0 to 99), /dev/videoN, picamera, an rtsp:// or http:// address, "
    "gst:PIPELINE, a video, a picture, a folder of pictures, or demo"
)

ROTATIONS = (0, 90, 180, 270)
"""By how many degrees, clockwise, pictures can be turned."""

FLIPS = ("horizontal", "vertical", "both")
"""How they can be mirrored."""


def open_source(
    spec: str, *, size: tuple[int, int] | None = None, fps: int | None = None
) -> FrameSource:
    """The source that `spec` names; `with` opens it.

    Args:
        spec: digits for a camera, "demo", "picamera" or "picamera:1", an address, "gst:" and
            a pipeline, else a path. A folder or file whose name is one of these needs a ./
            before it.
        size: (width, height) in pixels to ask a camera for.
        fps: frames a second to ask a camera for.

    Raises:
        InputError: it names none; the text says what is taken. Or size or fps are asked of
            what is no camera.
        MachineError: while it is opened, see `FrameSource`.
    """
    source = _camera(spec, size, fps)
    if source is not None:
        return source
    if size or fps:
        raise InputError(f"--size and --fps are for cameras; {spec!r} has its own")
    return _network(spec) or _file(spec)


def _camera(spec: str, size: tuple[int, int] | None, fps: int | None) -> FrameSource | None:
    if re.fullmatch(r"[0-9]{1,2}", spec):
        return camera_source(int(spec), size, fps)
    if spec == "demo":
        from edge.sources.demo import demo_source

        return demo_source(size, fps)
    board = re.fullmatch(r"picamera(?::([0-9]))?", spec)
    if board:
        from edge.sources.picamera import picamera_source

        return picamera_source(int(board[1] or 0), size, fps)
    # Names that stay the same when cameras are plugged in another order are links
    # (/dev/v4l/by-id/...) and OpenCV takes only the number that they lead to.
    device = re.fullmatch(r"/dev/video([0-9]{1,2})", os.path.realpath(spec) if spec else "")
    return camera_source(int(device[1]), size, fps) if device else None


def _network(spec: str) -> FrameSource | None:
    if spec.startswith("gst:"):
        from edge.sources.gstreamer import gstreamer_source

        return gstreamer_source(spec.removeprefix("gst:"))
    if re.match(r"(rtsps?|https?)://", spec):
        from edge.sources.stream import stream_source

        return stream_source(spec)
    return None


def _file(spec: str) -> FrameSource:
    path = Path(spec)
    try:
        if spec and path.is_dir():
            return folder_source(path)
        if path.is_file():
            if path.suffix.lower() in PICTURE_SUFFIXES:
                return PictureSource(spec, [path])
            return VideoSource(path)
    except OSError as error:  # a name that is too long, a folder that may not be entered
        raise InputError(f"cannot read {spec}: {error.strerror}; name another source") from error
    raise InputError(f"there is no source {spec!r}; --source takes {TAKES}")
