"""Cameras on the network: RTSP and HTTP streams, through OpenCV's FFmpeg."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlsplit

import cv2

from edge.errors import InputError, MachineError
from edge.sources.decoders import check_decoder, limit_decoders
from edge.sources.live import LiveSource

_TIMEOUT_MS = 8000
"""To open a stream and to wait for its next frame; below what counts as stalled."""


def stream_source(url: str) -> LiveSource:
    """The stream at a URL; a name and password in it are used and never shown.

    Raises:
        InputError: it is no such URL.
    """
    return LiveSource(
        without_password(url),
        partial(_open, url),
        advice="look whether the camera is on, and reachable from here",
    )


def without_password(url: str) -> str:
    """The URL without user, password, query and fragment: what may be shown.

    Raises:
        InputError: it has no host.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host:
        raise InputError("--source takes a URL such as rtsp://camera.local:554/stream")
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}{f':{port}' if port else ''}{parts.path}"


def _open(url: str) -> cv2.VideoCapture:
    limit_decoders()
    timeouts = [
        cv2.CAP_PROP_OPEN_TIMEOUT_MSEC,
        _TIMEOUT_MS,
        cv2.CAP_PROP_READ_TIMEOUT_MSEC,
        _TIMEOUT_MS,
    ]
    capture = cv2.VideoCapture(url, cv2.CAP_FFMPEG, timeouts)
    if not capture.isOpened():
        capture.release()
        raise MachineError(
            f"{without_password(url)} cannot be opened: nobody answers there, the password is "
            "wrong, or it is no video; try it in a player: ffplay URL"
        )
    try:
        check_decoder(without_password(url), capture, stream=True)
    except InputError:
        capture.release()
        raise
    return capture
