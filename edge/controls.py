"""What may be changed while the loop runs, from a key or from the page."""

from __future__ import annotations

import math
import threading

from edge.acceptance import Acceptance
from edge.errors import InputError
from edge.frames import Frame
from edge.reader import Reader
from edge.reading import Reading
from edge.session import Session
from edge.signs import NumberStyle
from edge.steady import FrameReader, reader_with_threshold

LEAST, MOST = 0.05, 0.95
STEP = 0.05


class Controls:
    """The settings; any thread may change them, the loop takes them up."""

    def __init__(self) -> None:
        """The reader's own threshold."""
        self._lock = threading.Lock()
        self._threshold = Acceptance().is_digit
        self._changed = False

    @property
    def threshold(self) -> float:
        """From which answer on a candidate is taken for a digit, in [0, 1].

        Set, it is rounded to hundredths and kept within `LEAST` and `MOST`.

        Raises:
            InputError: it is set to what is no number: NaN or infinite.
        """
        with self._lock:
            return self._threshold

    @threshold.setter
    def threshold(self, value: float) -> None:
        if not math.isfinite(value):
            raise InputError(f"a threshold must be a number, not {value}")
        with self._lock:
            self._threshold = round(min(MOST, max(LEAST, value)), 2)
            self._changed = True

    def take_change(self) -> float | None:
        """The threshold when it was changed since the last call, else None."""
        with self._lock:
            changed, self._changed = self._changed, False
            return self._threshold if changed else None


class ControlledFrames:
    """Reads frames with the threshold that holds at the moment."""

    def __init__(
        self,
        frames: FrameReader,
        session: Session,
        controls: Controls,
        numbers: NumberStyle = NumberStyle.PLAIN,
    ) -> None:
        """Takes what reads, its model, the settings, and what counts as part of a number."""
        self._frames = frames
        self._session = session
        self._controls = controls
        self._numbers = numbers

    def read(self, frame: Frame) -> Reading:
        """Reads one frame; raises InputError for one that cannot be read."""
        threshold = self._controls.take_change()
        if threshold is not None:
            reader = reader_with_threshold(self._session, threshold, self._numbers)
            self._frames.replace_reader(reader)
        return self._frames.read(frame)

    def replace_reader(self, reader: Reader) -> None:
        """Goes on with another reader until the threshold changes."""
        self._frames.replace_reader(reader)
