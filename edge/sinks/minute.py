"""One line a minute on stderr: what a journal should hold of a loop that runs for months."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Self

import numpy as np

from edge.frames import Frame
from edge.reading import Reading

EVERY_S = 60.0

_SAMPLES = 600


class MinuteSink:
    """Says how many frames came, how old they were at the end, and what stands there."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Takes the clock."""
        self._clock = clock
        self._since_s = clock()
        self._frames = 0
        self._read = 0
        self._ages_s: deque[float] = deque(maxlen=_SAMPLES)

    def __enter__(self) -> Self:
        """The first minute begins."""
        self._since_s = self._clock()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing is left to say."""

    def show(self, frame: Frame, reading: Reading, fps: float) -> bool:
        """Counts a frame; speaks when the minute is over."""
        now = self._clock()
        self._frames += 1
        self._read += len(reading.stages_us) != 1  # of a still scene the comparison alone
        self._ages_s.append(max(0.0, now - frame.captured_s))
        passed = now - self._since_s
        if passed >= EVERY_S:
            p50, p95 = np.percentile(self._ages_s, [50, 95]) * 1000
            print(
                f"{self._frames} frames in {passed:.0f} s, {self._read} of them read, capture to "
                f"here p50 {p50:.0f} ms, p95 {p95:.0f} ms; reads: "
                f"{' | '.join(reading.lines) or 'nothing'}",
                file=sys.stderr,
                flush=True,
            )
            self._since_s, self._frames, self._read = now, 0, 0
            self._ages_s.clear()
        return True
