"""Live sources: a thread that grabs without pause, so that what is read is never old.

A camera's driver queues frames; a loop slower than the camera would read ever older
ones. Whatever can be read and released (OpenCV's captures, or anything of that shape)
becomes a live source here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Protocol, Self

import cv2
import numpy as np

from edge.arrays import UInt8Array
from edge.errors import InputError, MachineError
from edge.frames import Frame
from edge.sources.newest import NewestFrame
from edge.working_copy import check_frame

STALLED_S = 12.0
"""Without a frame for so long, a source has stopped. V4L2 itself gives up after 10 seconds."""

CLOSING_S = 2.0
"""How long closing waits for a read that is under way."""

_FAILURES = 10  # USB cameras lose a frame now and then; ten in a row are no accident.
_PAUSE_S = 0.05
_GONE = "it was unplugged, or gives no picture"


class Capture(Protocol):
    """What a live source grabs from; shaped as cv2.VideoCapture is."""

    def read(self) -> tuple[bool, Any]:
        """Waits for the next image: whether there is one, and a new array that holds it."""

    def release(self) -> None:
        """Closes the device."""


class LiveSource:
    """Frames of a device, the newest first and each at most once."""

    live = True
    film = True
    fps = None

    def __init__(self, name: str, open_capture: Callable[[], Capture], advice: str) -> None:
        """Takes how to open the device, and what to do when it stops delivering."""
        self.name = name
        self._open_capture = open_capture
        self._advice = advice
        self._newest = NewestFrame()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Opens the device and starts grabbing.

        Raises:
            MachineError: the device cannot be opened.
        """
        capture = self._open_capture()
        # The thread alone touches the capture: released under a read, drivers crash.
        # A driver that never returns must not keep the program from ending: daemon.
        self._thread = threading.Thread(target=self._grab, args=(capture,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stops grabbing; the device is released when its last read returns."""
        self._closing.set()
        if self._thread is not None:
            self._thread.join(CLOSING_S)

    def __iter__(self) -> Iterator[Frame]:
        """The newest frame, again and again.

        Raises:
            MachineError: the device stopped delivering.
        """
        while True:
            frame = self._newest.take(STALLED_S)
            if frame is None:
                reason = self._newest.ended or f"no picture for {STALLED_S:.0f} seconds"
                raise MachineError(f"{self.name} stopped delivering: {reason}; {self._advice}")
            yield frame

    def _grab(self, capture: Capture) -> None:
        began = time.monotonic()
        index = failures = 0
        reason = _GONE
        try:
            while not self._closing.is_set() and failures < _FAILURES:
                there, image = capture.read()
                try:
                    frame = _frame(image, index, began) if there else None
                    reason = _GONE
                except InputError as error:  # half a picture is as good as none
                    frame, reason = None, str(error)
                if frame is None:
                    failures += 1
                    self._closing.wait(_PAUSE_S)
                    continue
                self._newest.put(frame)
                index, failures = index + 1, 0
        except Exception as error:  # nobody would see it in a thread; the reading side tells it
            reason = (str(error).splitlines() or [type(error).__name__])[0]
        finally:
            capture.release()
        self._newest.end(reason)


def _frame(image: Any, index: int, began_s: float) -> Frame:
    now = time.monotonic()
    return Frame(_bgr(image), index, now - began_s, now)


def _bgr(image: Any) -> UInt8Array:
    """(h, w, 3) BGR of what a device delivers; some cameras are grey."""
    checked = check_frame(image)
    if checked.ndim == 3:
        return checked
    return cv2.cvtColor(checked, cv2.COLOR_GRAY2BGR).astype(np.uint8, copy=False)
