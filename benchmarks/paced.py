"""A camera of drawn pictures that keeps its pace, and a sink that notes how old they are."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Self

from edge.arrays import UInt8Array
from edge.frames import Frame
from edge.reading import Reading

PACE_FPS = 30


class Ages:
    """A sink that notes how old each frame is."""

    def __init__(self) -> None:
        """Nothing came yet."""
        self.ages_s: list[float] = []

    def __enter__(self) -> Self:
        """Ready."""
        return self

    def __exit__(self, *error: object) -> None:
        """Done."""

    def show(self, frame: Frame, reading: Reading, fps: float) -> bool:
        """Notes one."""
        self.ages_s.append(time.monotonic() - frame.captured_s)
        return True


class Paced:
    """Pictures at a camera's pace, as cv2.VideoCapture gives them; drawn before."""

    def __init__(self, images: Sequence[UInt8Array]) -> None:
        """Takes the pictures, which come again and again."""
        self._images = images
        self._began_s = time.monotonic()
        self.reads = 0

    def read(self) -> tuple[bool, UInt8Array]:
        """Waits for the next picture's time."""
        due_s = self._began_s + self.reads / PACE_FPS
        time.sleep(max(0.0, due_s - time.monotonic()))
        self.reads += 1
        return True, self._images[self.reads % len(self._images)].copy()

    def release(self) -> None:
        """Nothing is open."""
