"""A place for one frame, where a newer frame replaces one that nobody took."""

from __future__ import annotations

import threading

from edge.frames import Frame


class NewestFrame:
    """Hands the newest frame from the thread that grabs to the one that reads.

    Every frame is handed over at most once, so that nothing is read twice.
    """

    def __init__(self) -> None:
        """An empty place."""
        self._changed = threading.Condition()
        self._frame: Frame | None = None
        self._ended: str | None = None

    @property
    def ended(self) -> str | None:
        """Why no more frames come, or None while they may."""
        with self._changed:
            return self._ended

    def put(self, frame: Frame) -> None:
        """Places a frame; one that still lies there is dropped."""
        with self._changed:
            self._frame = frame
            self._changed.notify_all()

    def end(self, reason: str) -> None:
        """Says that no more frames come."""
        with self._changed:
            self._ended = reason
            self._changed.notify_all()

    def take(self, timeout_s: float) -> Frame | None:
        """Takes the newest frame, waiting for one that was not taken yet.

        Returns:
            None when none came in time, or when the frames have ended.
        """
        with self._changed:
            self._changed.wait_for(
                lambda: self._frame is not None or self._ended is not None, timeout_s
            )
            frame, self._frame = self._frame, None
            return frame
