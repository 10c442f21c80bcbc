"""Which of FFmpeg's decoders a video may use: those of what cameras and phones write.

FFmpeg brings hundreds, and a file chooses its own. The holes that are found are mostly in
those that nobody misses.
"""

from __future__ import annotations

import os

import cv2

from edge.errors import InputError

DECODERS = (
    *("mjpeg", "rawvideo", "h263", "h264", "hevc", "mpeg1video", "mpeg2video", "mpeg4"),
    *("vp8", "vp9", "libvpx", "libvpx-vp9", "av1", "libdav1d", "libaom-av1"),
    *("dvvideo", "ffv1", "gif", "prores"),
)
"""As FFmpeg names them."""

_UNKNOWN = -1  # FFmpeg's pixel format of what no decoder has looked into

_LATER = frozenset({"", "h264", "hevc", "MJPG", "mp4v", "VP80", "VP90", "av01"})
"""Kinds of streams that may come to their first whole picture only after they were opened."""


def limit_decoders() -> None:
    """Tells FFmpeg, before anything is opened; what the user told it is obeyed instead.

    OpenCV hands this to FFmpeg from version 5 on. Over UDP, the default, a camera behind Wi-Fi
    gives torn pictures.
    """
    allowed = ",".join(DECODERS)
    os.environ.setdefault(
        "OPENCV_FFMPEG_CAPTURE_OPTIONS", f"rtsp_transport;tcp|codec_whitelist;{allowed}"
    )


def check_decoder(name: str, capture: cv2.VideoCapture, *, stream: bool = False) -> None:
    """Refuses a video that no allowed decoder has looked into, before one of its frames is read.

    Args:
        name: the video's, as it may be shown.
        capture: opened after `limit_decoders`.
        stream: whether it begins in the middle, so that a usual kind may not be known yet.

    Raises:
        InputError: it is such a video; the text says what to do.
    """
    if capture.get(cv2.CAP_PROP_CODEC_PIXEL_FORMAT) != _UNKNOWN:
        return
    code = int(capture.get(cv2.CAP_PROP_FOURCC)) & 0xFFFFFFFF
    letters = code.to_bytes(4, "little").decode("ascii", "replace").strip("\0 ")
    if stream and letters in _LATER:
        return
    kind = letters if letters.isascii() and letters.isalnum() else "one of its own"
    mend = "convert it: ffmpeg -i IT -c:v mjpeg -q:v 2 clip.avi"
    if stream:
        mend = "set the camera to H.264 or MJPEG"
    raise InputError(f"{name} is of a kind that is not decoded here ({kind}); {mend}")
