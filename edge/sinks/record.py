"""Writes what was seen and read to a video, whole under its name or not there."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

import cv2
import numpy as np

from edge.arrays import UInt8Array
from edge.draw import draw_reading
from edge.errors import InputError
from edge.files import atomic_path
from edge.frames import Frame
from edge.reading import Reading

LIVE_FPS = 15.0
"""Rate of a live source's recording; frames are repeated or left out to keep its time."""

LEAST_FREE = 32 * 2**20
"""Bytes left on the disk at which a recording ends, so that it can be finished."""

_LOOK_EVERY = 15  # frames
_CODECS = {".avi": "MJPG", ".mp4": "mp4v"}


class RecordSink:
    """Records annotated frames, all of the first one's size.

    However the loop ends, frames that were recorded are kept: the video is finished and
    gets its name. A process that is killed outright leaves nothing under that name.
    """

    def __init__(self, path: Path, fps: float | None, *, raw: bool = False) -> None:
        """Takes the file (.avi or .mp4) and the source's rate, None for a live source.

        With `raw` the frames are recorded as they came, nothing is drawn on them.

        Raises:
            InputError: no video can be written under that name.
        """
        if path.suffix.lower() not in _CODECS:
            raise InputError(f"cannot record to {path}: name a .avi or .mp4 file")
        if os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises for a name that is too long
            raise InputError(f"cannot record to {path}: it is a folder; name a file in it")
        self._path = path
        self._source_fps = fps
        self._raw = raw
        self._full = False
        self._stack = contextlib.ExitStack()
        self._temporary = path
        self._writer: cv2.VideoWriter | None = None
        self._size = (0, 0)
        self._began_s = 0.0
        self._written = 0

    def __enter__(self) -> Self:
        """Makes the temporary file; raises InputError where none can be."""
        self._temporary = self._stack.enter_context(atomic_path(self._path))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Finishes the video; raises InputError when it came out broken (a full disk)."""
        with contextlib.suppress(_NothingWrittenError), self._stack:
            if self._writer is not None:
                self._writer.release()
            if self._written == 0:
                raise _NothingWrittenError
            if not _playable(self._temporary):
                raise InputError(f"cannot write {self._path}: the video broke off; free some space")
        if self._written:
            frames = "1 frame" if self._written == 1 else f"{self._written} frames"
            print(f"wrote {self._path}: {frames}", file=sys.stderr)
        elif error is None:
            print(f"no frame came, {self._path} is not written", file=sys.stderr)

    def show(self, frame: Frame, reading: Reading, fps: float) -> bool:
        """Records one frame; raises InputError when OpenCV cannot write such a video."""
        if self._full:
            return True
        picture = frame.image if self._raw else draw_reading(frame.image, reading)
        if self._writer is None:
            self._began_s = frame.timestamp_s
            self._writer = self._open(picture)
        if (picture.shape[1], picture.shape[0]) != self._size:
            resized = cv2.resize(picture, self._size, interpolation=cv2.INTER_AREA)
            picture = resized.astype(np.uint8, copy=False)
        for _ in range(self._due(frame)):
            self._writer.write(picture)
            self._written += 1
            if self._written % _LOOK_EVERY == 0 and self._is_full():
                # Finished while there is room for its index; reading goes on.
                self._writer.release()
                self._full = True
                print(f"the disk is full: {self._path} ends here", file=sys.stderr)
                break
        return True

    def _is_full(self) -> bool:
        return shutil.disk_usage(self._path.parent).free < LEAST_FREE

    def _due(self, frame: Frame) -> int:
        """How many pictures are due at this frame, so that the video keeps the source's time."""
        if self._source_fps is not None:
            return 1
        passed_s = frame.timestamp_s - self._began_s
        return max(0, int(passed_s * LIVE_FPS) + 1 - self._written)

    def _open(self, picture: UInt8Array) -> cv2.VideoWriter:
        self._size = (picture.shape[1], picture.shape[0])
        codec = _CODECS[self._path.suffix.lower()]
        writer = cv2.VideoWriter(
            str(self._temporary),
            cv2.VideoWriter.fourcc(*codec),
            self._source_fps or LIVE_FPS,
            self._size,
        )
        if not writer.isOpened():
            writer.release()
            width, height = self._size
            raise InputError(
                f"cannot write {self._path}: OpenCV writes no {codec} video of {width}x{height} "
                "here; name a .avi file"
            )
        return writer


class _NothingWrittenError(Exception):
    """Has `atomic_path` remove what there is no use for."""


def _playable(path: Path) -> bool:
    """Whether the file opens and has frames: the writer itself never tells of an error.

    On a full disk an AVI breaks off with its header unfinished, which then counts 0 frames.
    """
    capture = cv2.VideoCapture(str(path))
    try:
        counted = capture.isOpened() and capture.get(cv2.CAP_PROP_FRAME_COUNT) != 0
        return bool(counted and capture.read()[0])
    finally:
        capture.release()
