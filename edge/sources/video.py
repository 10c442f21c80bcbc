"""Video files: every frame in order, the same on every run."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import cv2
import numpy as np

from edge.errors import InputError
from edge.frames import Frame
from edge.pictures import check_size
from edge.sources.decoders import check_decoder, limit_decoders

FALLBACK_FPS = 25.0
"""For files that tell no rate, or one that no camera has."""

_FASTEST_FPS = 1000.0
_HEAD_BYTES = 4096
_TEXT_CODEC = cv2.VideoWriter.fourcc(*"ansi")  # FFmpeg types a .txt in any encoding on a screen


class VideoSource:
    """The frames of a video file; nothing is dropped."""

    live = False
    film = True

    def __init__(self, path: Path) -> None:
        """Takes the file; `with` opens it."""
        self.name = str(path)
        self.fps: float | None = None
        self._path = path
        self._capture: cv2.VideoCapture | None = None

    def __enter__(self) -> Self:
        """Opens the file and decodes nothing yet.

        Raises:
            InputError: it cannot be read, is no video, or one of an unusual kind.
        """
        if _is_text(self._path):
            raise self._no_video()
        limit_decoders()
        # FFmpeg takes what precedes a colon for a protocol, unless the path is absolute.
        self._capture = cv2.VideoCapture(str(self._path.absolute()))
        codec = int(self._capture.get(cv2.CAP_PROP_FOURCC))
        if not self._capture.isOpened() or codec == _TEXT_CODEC:
            self._capture.release()
            raise self._no_video()
        try:
            check_size(self._path, _size_of(self._capture))
            check_decoder(self.name, self._capture)
        except InputError:
            self._capture.release()
            raise
        told = self._capture.get(cv2.CAP_PROP_FPS)
        self.fps = told if 0 < told <= _FASTEST_FPS else FALLBACK_FPS
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Closes the file."""
        if self._capture is not None:
            self._capture.release()

    def __iter__(self) -> Iterator[Frame]:
        """All frames.

        Raises:
            InputError: there is none that can be decoded.
        """
        if self._capture is None or self.fps is None:
            raise RuntimeError("a source gives frames inside a with block")
        index = 0
        while True:
            there, image = self._capture.read()
            if not there:
                break
            yield Frame(image.astype(np.uint8, copy=False), index, index / self.fps)
            index += 1
        if index == 0:
            raise self._no_video()

    def _no_video(self) -> InputError:
        return InputError(
            f"{self._path} is not a video that can be read; use AVI (MJPG), MP4 or MKV"
        )


def _size_of(capture: cv2.VideoCapture) -> tuple[int, int]:
    """Width and height that a video claims, in pixels."""
    sides = (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT)
    width, height = (int(capture.get(side)) for side in sides)
    return width, height


def _is_text(path: Path) -> bool:
    """Whether a file is text: FFmpeg would fetch whatever a playlist names.

    Raises:
        InputError: the file cannot be read.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}; name a video file") from error
    try:
        # Incremental, since the end of the head may cut a character in two.
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return b"\0" not in head
