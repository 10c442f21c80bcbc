"""Reading a film: frame after frame, tracked, and a still scene only until it is settled."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Protocol

from edge.acceptance import Acceptance
from edge.frames import Frame
from edge.reader import Reader
from edge.reading import Reading
from edge.session import Session
from edge.signs import NumberStyle
from edge.still import StillScene
from edge.tracking import Tracker

SETTLED_AFTER = 6
"""Readings of a still scene until it is not read again: every average has settled, and
what was lost is gone."""


class FrameReader(Protocol):
    """Reads the frames of one source, in order."""

    def read(self, frame: Frame) -> Reading:
        """Reads one frame; raises InputError for one that cannot be read."""

    def replace_reader(self, reader: Reader) -> None:
        """Goes on with another reader, such as one of another threshold."""


class SingleFrames:
    """Each frame by itself, as a photo is read."""

    def __init__(self, reader: Reader) -> None:
        """Takes what reads a picture."""
        self._reader = reader

    def read(self, frame: Frame) -> Reading:
        """What the frame alone says."""
        return self._reader.read(frame.image)

    def replace_reader(self, reader: Reader) -> None:
        """Goes on with another reader."""
        self._reader = reader


class SteadyFrames:
    """Frames as parts of one film."""

    def __init__(
        self, reader: Reader, labels: tuple[str, ...], *, track: bool = True, skip: bool = True
    ) -> None:
        """Takes what reads a picture.

        Args:
            reader: for single pictures.
            labels: of its model.
            track: whether digits are followed from frame to frame.
            skip: whether a still scene is not read again.
        """
        self._reader = reader
        self._tracker = Tracker(labels) if track else None
        self._scene = StillScene() if skip else None
        self._reading = Reading()
        self._settled = 0
        self._shape: tuple[int, ...] = ()
        self.read_frames = 0
        """Frames that were read; the others showed what was read already."""

    @property
    def tracks(self) -> dict[int, str]:
        """The digit of each track that shows, by its number; empty without tracking."""
        return self._tracker.shown if self._tracker else {}

    def replace_reader(self, reader: Reader) -> None:
        """Goes on with another reader, such as one of another threshold."""
        self._reader = reader
        self._settled = 0

    def read(self, frame: Frame) -> Reading:
        """The steady reading; its stages are those that this frame took."""
        began_ns = time.perf_counter_ns()
        if self._scene is not None:
            if not self._scene.is_still(frame.image):
                self._settled = 0
                self._scene.remember()
            elif self._settled >= SETTLED_AFTER:
                if self._tracker is not None:
                    self._tracker.stay(frame.timestamp_s)
                spent_us = (time.perf_counter_ns() - began_ns) / 1000
                self._reading = replace(self._reading, stages_us={"compare": spent_us})
                return self._reading
        compared_ns = time.perf_counter_ns()
        reading = self._reader.read(frame.image)
        stages_us = dict(reading.stages_us)
        if self._scene is not None:
            stages_us = {"compare": (compared_ns - began_ns) / 1000, **stages_us}
        if self._tracker is not None:
            tracking_ns = time.perf_counter_ns()
            if frame.image.shape != self._shape:
                self._tracker.forget()
            self._shape = frame.image.shape
            reading = self._tracker.update(reading, frame.timestamp_s)
            stages_us["track"] = (time.perf_counter_ns() - tracking_ns) / 1000
        self._settled += 1
        self.read_frames += 1
        self._reading = replace(reading, stages_us=stages_us)
        return self._reading


def reader_with_threshold(
    session: Session, threshold: float, numbers: NumberStyle = NumberStyle.PLAIN
) -> Reader:
    """A reader that takes for a digit what reaches `threshold` in [0, 1]; 0.5 is the default.

    Raises:
        InputError: the threshold lies outside, or the model does not suit the reader.
    """
    usual = Acceptance()
    if threshold == usual.is_digit:
        return Reader(session, usual, numbers)
    # Without the "is it a digit" output, all that is of use lies near 1.
    alone = usual.probability_alone + (threshold - usual.is_digit) * 0.2
    alone = min(1.0, max(0.0, alone))
    return Reader(session, Acceptance(threshold, usual.probability, alone), numbers)
