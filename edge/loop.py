"""The loop itself: a source, a reader and any number of sinks."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence

from edge.errors import InputError
from edge.frames import FrameSource
from edge.sinks import Sink
from edge.steady import FrameReader

_SMOOTHING = 0.9


class FrameRate:
    """Frames a second, smoothed over about the last ten."""

    def __init__(self) -> None:
        """Nothing was measured yet."""
        self.fps = 0.0
        self._period_s = 0.0
        self._last_s: float | None = None

    def tick(self, now_s: float) -> float:
        """Counts a frame at this moment; returns the rate, 0 before the second frame."""
        if self._last_s is not None:
            passed = max(now_s - self._last_s, 1e-6)
            before = self._period_s or passed
            self._period_s = _SMOOTHING * before + (1 - _SMOOTHING) * passed
            self.fps = 1 / self._period_s
        self._last_s = now_s
        return self.fps


def read_live(
    source: FrameSource,
    reader: FrameReader,
    sinks: Sequence[Sink],
    most: int | None = None,
    alive: Callable[[], None] = lambda: None,
) -> int:
    """Reads frame after frame until the source, a sink or `most` ends it.

    A frame that the reader refuses is left out, which is told once.

    Args:
        source: an opened source.
        reader: reads its frames in order.
        sinks: opened sinks; every one gets every frame that was read.
        most: frames after which to stop; None goes on.
        alive: called for each frame, for a watchdog.

    Returns:
        How many frames were taken from the source.

    Raises:
        InputError: a sink cannot write.
        MachineError: the source stopped delivering.
    """
    rate = FrameRate()
    taken = 0
    refused = False
    for frame in source:
        taken += 1
        alive()
        try:
            reading = reader.read(frame)
        except InputError as error:
            if not refused:
                print(f"frame {frame.index} is left out: {error}", file=sys.stderr)
            refused = True
        else:
            fps = rate.tick(time.monotonic())
            # Every sink gets the frame, also when one of them asks for the end.
            answers = [sink.show(frame, reading, fps) for sink in sinks]
            if not all(answers):
                break
        if taken == most:
            break
    return taken
